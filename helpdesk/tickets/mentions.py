"""Mentions: members whom a note names with “@” and their name, so that they are notified.

A note stores the primary keys of these people, and the words that named them: people are shown under their present
name, and those who left under these words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from helpdesk.teams.models import Team, User
from helpdesk.teams.names import labels_of
from helpdesk.teams.roles import PERMISSIONS, Permission
from helpdesk.tickets.models import Message
from helpdesk.ui.code_spans import outside_code
from helpdesk.ui.unaccent import unaccent, unaccent_with_places

MOST = 50  # people per note


@dataclass(frozen=True)
class Mention:
    """A person whom a note mentions: the words that do so (empty if it is not in the text), and their present name."""

    person: int
    words: str
    label: str


def mentionable(team: Team) -> list[tuple[User, str]]:
    """The active people who may see the team's tickets, each with the unique label to type after “@”."""
    return labels_of(
        person
        for person in team.people
        if person.is_active and Permission.TICKET_VIEW in PERMISSIONS[person.role]  # type: ignore[attr-defined]
    )


def mentions_in(text: str, team: Team, others: Collection[User] = ()) -> list[dict[str, Any]]:
    """The people whom this text mentions, and `others`, each once, as a note stores them; at most MOST.

    A name is the whole name, its first words, or the e-mail address, whatever its case and accents; it counts if it
    fits exactly one person, and longer names take precedence. Names that fit nobody are plain text.
    """
    words: dict[int, str] = {}
    if "@" in text:
        names = _names_in(team)
        pattern = _pattern(names)

        def find(part: str) -> str:
            unaccented, places = unaccent_with_places(part)
            for found in pattern.finditer(unaccented):
                (person, *more) = names[" ".join(found[1].split())]
                if not more:
                    words.setdefault(person, part[places[found.start(1)] : places[found.end(1)]])
            return part

        outside_code(text, find)
    for other in others:
        words.setdefault(other.pk, "")
    return [{"id": person, "words": said} for person, said in list(words.items())[:MOST]]


def _names_in(team: Team) -> dict[str, set[int]]:
    """Unaccented names, each with the primary keys of the people who have it.

    A whole name takes precedence over the first words of longer ones.
    """
    whole, first = defaultdict(set), defaultdict(set)
    for person, label in mentionable(team):
        for name in (label, str(person), person.email):
            whole[unaccent(name)].add(person.pk)
        parts = unaccent(str(person)).split()
        for count in range(1, len(parts)):
            first[" ".join(parts[:count])].add(person.pk)
    return first | whole


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    """Matches “@” and a name: not inside an e-mail address, not in a longer word, with any spaces within a line."""
    longest_first = sorted(names, key=len, reverse=True)
    spelt = (r"[^\S\n]+".join(map(re.escape, name.split())) for name in longest_first)
    return re.compile(rf"(?<![\w@\\])@({'|'.join(spelt) or '(?!)'})(?![-.@]?\w)")


def people_mentioned(notes: Collection[Message]) -> set[int]:
    """The primary keys of all people whom these notes mention."""
    return {mention["id"] for note in notes for mention in note.mentions}
