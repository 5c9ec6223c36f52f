"""That the operator did something for all teams, for the rooms above to note."""

from __future__ import annotations

from collections.abc import Callable

Recorder = Callable[[str, str], None]
_RECORDERS: list[Recorder] = []


def register_recorder(recorder: Recorder) -> None:
    """Have this called with what was done, in the past tense, and what with."""
    _RECORDERS.append(recorder)


def note(kind: str, about: str = "") -> None:
    """Record what was done on the command line, of what; to be called once it is."""
    for recorder in _RECORDERS:
        recorder(kind, about)
