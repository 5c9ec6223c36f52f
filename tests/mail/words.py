"""Texts compared by their words."""

from __future__ import annotations


def folded(text: str) -> str:
    """With simple spaces."""
    return " ".join(text.split())
