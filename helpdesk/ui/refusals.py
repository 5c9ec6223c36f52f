"""The exception with which every room refuses a request."""

from __future__ import annotations


class ActionRefused(Exception):
    """The action is not done; the text tells a person why. Subclasses are for refusals that code has to tell apart."""
