"""Normalizes texts, so that only their words are compared."""

from __future__ import annotations


def single_spaced(text: str) -> str:
    """The text with single spaces between words."""
    return " ".join(text.split())
