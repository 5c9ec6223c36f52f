"""Removes links to learners' pages from quoted text, because whoever has such a link can write as the learner."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from helpdesk.conversations.models import LearnerLink
from helpdesk.teams.tokens import hash_token

# Possibly percent-encoded, repeatedly if link checkers of several mail programs rewrote the URL.
SLASH = r"(?:/|%(?:25)*2F)"
# The line may be broken after the slash, and the next one start with a “>”. Proofpoint writes `_` for slashes.
ANYWHERE = re.compile(
    rf"({SLASH}ajuda{SLASH}(?:[^\S\n]{{0,9}}\n[>\s]{{0,20}})?)([\w-]{{22}})(?![\w-])"
    r"|(_ajuda_)((?:[a-z0-9]|-2D|-5F){22})(?![a-z0-9-])",
    re.IGNORECASE | re.ASCII,
)
MOST = 500  # tokens to look up; in a text with more, all are cut

TokensOf = Callable[[set[str]], set[str]]


def tokens_of_links(candidates: set[str]) -> set[str]:
    """The candidates that open, or once opened, a learner's page."""
    by_hash = {hash_token(token): token for token in candidates}
    found = LearnerLink.objects.filter(token_hash__in=by_hash).values_list("token_hash", flat=True)
    return {by_hash[each] for each in found}


def without_tokens(text: str, tokens_of: TokensOf = tokens_of_links) -> str:
    """The text with “…” in place of the tokens of learners' pages.

    On this host, every such path is cut, also a token shortened by a line break. On others, only tokens that
    `tokens_of` knows: our host may have had another name, and other sites have similar URLs.
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
