"""Masks values in parsed JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MASK = "••••••"


def masked(value: Any, is_masked: Callable[[str, Any], bool]) -> Any:
    """The value with MASK for every member of an object, at any depth, whose name and value `is_masked` picks."""
    if isinstance(value, dict):
        return {name: MASK if is_masked(name, inner) else masked(inner, is_masked) for name, inner in value.items()}
    return [masked(inner, is_masked) for inner in value] if isinstance(value, list) else value
