"""What rooms need in the database besides tables, created after every migration."""

from __future__ import annotations

from collections.abc import Callable


class SetupError(Exception):
    """A step failed; the text says why, and what to do."""


_STEPS: list[Callable[[], None]] = []


def register_setup_step(step: Callable[[], None]) -> None:
    """Have this called after the database was migrated or restored; it must be repeatable."""
    _STEPS.append(step)


def run_setup_steps() -> None:
    """Run all steps. Raises SetupError."""
    for step in _STEPS:
        step()
