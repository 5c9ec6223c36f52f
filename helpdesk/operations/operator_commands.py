"""Lets rooms above this one record what the operator does to all teams."""

from __future__ import annotations

from collections.abc import Callable

Recorder = Callable[[str, str], None]
_RECORDERS: list[Recorder] = []


def register_recorder(recorder: Recorder) -> None:
    """Have this called with the kind of each operation, in the past tense, and what it was about."""
    _RECORDERS.append(recorder)


def note(kind: str, about: str = "") -> None:
    """Record what was done on the command line, and to what; call it afterwards."""
    for recorder in _RECORDERS:
        recorder(kind, about)
