"""The language of text that is stored for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation


@contextmanager
def in_installation_language() -> Iterator[None]:
    """Use the installation's language for text that is stored for people to read, whoever causes it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
