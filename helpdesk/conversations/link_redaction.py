"""Links to learners' pages in texts. Whoever has one writes as its learner, so none is shown where it is quoted."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from helpdesk.conversations.models import LearnerLink
from helpdesk.teams.tokens import hash_token

# As it is where a mail program leads links past a checker of its own, or past that of another.
SLASH = r"(?:/|%(?:25)*2F)"
# Behind the slash a line may be broken, and the next begin as a quotation does. Proofpoint writes `_` for a slash.
ANYWHERE = re.compile(
    rf"({SLASH}ajuda{SLASH}(?:[^\S\n]{{0,9}}\n[>\s]{{0,20}})?)([\w-]{{22}})(?![\w-])"
    r"|(_ajuda_)((?:[a-z0-9]|-2D|-5F){22})(?![a-z0-9-])",
    re.IGNORECASE | re.ASCII,
)
MOST = 500  # that are looked up; of a text with more, nobody misses what is cut

TokensOf = Callable[[set[str]], set[str]]


def tokens_of_links(candidates: set[str]) -> set[str]:
    """Those of them that open a learner's page, or did."""
    by_hash = {hash_token(token): token for token in candidates}
    found = LearnerLink.objects.filter(token_hash__in=by_hash).values_list("token_hash", flat=True)
    return {by_hash[each] for each in found}


def without_tokens(text: str, tokens_of: TokensOf = tokens_of_links) -> str:
    """The text with “…” in place of what opens a learner's page.

    On this host, whatever stands there is one, or what a line that was too long left of it. On others it is cut where
    `tokens_of` knows it: the host had another name once, and pages of other sites have addresses like ours.
    """
    if "ajuda" not in text.lower():
        return text
    text = _here(str(settings.BASE_URL)).sub(r"\1…", text)
    candidates = {_token(found) for found in ANYWHERE.finditer(text)}
    if not candidates:
        return text
    ours = tokens_of(candidates) if len(candidates) <= MOST else candidates
    return ANYWHERE.sub(lambda found: f"{found[1] or found[3]}…" if _token(found) in ours else found[0], text)


def _token(found: re.Match[str]) -> str:
    return found[2] or re.sub("-5F", "_", re.sub("-2D", "-", found[4], flags=re.IGNORECASE), flags=re.IGNORECASE)


@lru_cache
def _here(base_url: str) -> re.Pattern[str]:
    return re.compile(rf"({re.escape(urlsplit(base_url).netloc)}{SLASH}ajuda{SLASH})[\w-]+", re.IGNORECASE)
