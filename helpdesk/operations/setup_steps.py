"""What rooms need in the database beside its tables, made whenever that is brought up to date."""

from __future__ import annotations

from collections.abc import Callable


class SetupError(Exception):
    """A step cannot be made; the text says why, and what to do."""


_STEPS: list[Callable[[], None]] = []


def register_setup_step(step: Callable[[], None]) -> None:
    """Have this called whenever the database is brought up to date, or was restored; it may have been before."""
    _STEPS.append(step)


def run_setup_steps() -> None:
    """Make what is missing. Raises SetupError."""
    for step in _STEPS:
        step()
