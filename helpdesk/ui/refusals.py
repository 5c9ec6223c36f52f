"""The one way in which any room refuses what somebody asks for."""

from __future__ import annotations


class ActionRefused(Exception):
    """It is not done; the text says why, to a person. What needs to be told apart is a subclass."""
