"""Links to learners' pages in texts. Whoever has one writes as its learner, so none is shown where it is quoted."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

SLASH = r"(?:/|%2F)"  # as it is where a mail program leads links past a checker of its own
# On a host of whatever name, so that an earlier one of ours is among them; titles of others' pages are not.
ANYWHERE = rf"({SLASH}ajuda{SLASH})(?-i:(?=[\w-]*[A-Z\d_]))[\w-]{{22}}(?![\w-])"


def without_tokens(text: str) -> str:
    """The text with “…” in place of what opens a learner's page."""
    if "ajuda" not in text.lower():
        return text
    return _pattern(str(settings.BASE_URL)).sub(lambda found: f"{found[1] or found[2]}…", text)


@lru_cache
def _pattern(base_url: str) -> re.Pattern[str]:
    """Here, whatever stands there is one, or what a line that was too long left of it."""
    here = rf"({re.escape(urlsplit(base_url).netloc)}{SLASH}ajuda{SLASH})[\w-]+"
    return re.compile(rf"{here}|{ANYWHERE}", re.IGNORECASE)
