"""The language of what is stored for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation


@contextmanager
def in_installation_language() -> Iterator[None]:
    """What is stored for people to read is in the installation's language, whoever is at work."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
