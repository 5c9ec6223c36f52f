"""What becomes of a file before it is stored: its name, what it is by its bytes, whether it is taken at all."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui.names import clean_name

# What pages show as a picture: it was decoded and encoded anew by us, so that nothing else is in it.
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
UNKNOWN_TYPE = "application/octet-stream"
LONGEST_NAME = 150


@dataclass(frozen=True)
class CheckedFile:
    """A file as it is stored."""

    name: str
    content_type: str
    data: bytes


def check_file(name: str, data: bytes) -> CheckedFile:
    """The file, to be stored. Raises ActionRefused where it is empty or a program."""
    if not data:
        raise ActionRefused(_("The file is empty."))
    return CheckedFile(safe_name(name), UNKNOWN_TYPE, data)


def safe_name(name: str) -> str:
    """The last part of what it is called, in one line, with its ending."""
    name = clean_name(name.replace("\\", "/").rpartition("/")[2]) or _("file")
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
    return name[: LONGEST_NAME - len(ending)] + ending
