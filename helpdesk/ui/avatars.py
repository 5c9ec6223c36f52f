"""Avatars: a person's initials, in a colour derived from the name."""

from __future__ import annotations

import zlib
from typing import Any

from django.utils.safestring import SafeString

from helpdesk.ui.rendering import render_cached

HUES = 12


def avatar(name: Any, *, is_small: bool = False) -> SafeString:
    """Somebody's initials, in a colour derived from the name."""
    return render_cached("ui/_avatar.html", {"is_small": is_small}, {"hue": hue(name), "initials": initials(name)})


def initials(name: Any) -> str:
    """Initials of the first and last word: “Mariana Ribeiro” is MR; an e-mail address in brackets after the name is
    ignored.
    """
    words = str(name).split()
    words = [word for word in words if not word.startswith("(")] or words
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def hue(name: Any) -> str:
    """A CSS class with a colour that is always the same for this name."""
    return f"hue-{zlib.crc32(str(name).encode()) % HUES}"
