"""Members of the team whom a note names by “@” and their name, so that they are told of it.

A note keeps whom it named by their keys, and the words that it did so with: a person is shown under the name that they
have by now, and somebody who left under those words.
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

MOST = 50  # people of a note


@dataclass(frozen=True)
class Mention:
    """Somebody whom a note names, by which words (none where it does so beside its text), and their present name."""

    person: int
    words: str
    label: str


def mentionable(team: Team) -> list[tuple[User, str]]:
    """Who may see the team's tickets, each with what one types after “@”, which nobody else is called."""
    return labels_of(
        person
        for person in team.people
        if person.is_active and Permission.TICKET_VIEW in PERMISSIONS[person.role]  # type: ignore[attr-defined]
    )


def mentions_in(text: str, team: Team, others: Collection[User] = ()) -> list[dict[str, Any]]:
    """Whom this text names, as a note keeps it, each once; and `others`, whom it is for beside that.

    A name counts where it fits exactly one person: the whole of it, its first words, or the e-mail address, whatever
    its case and accents. Where more fits, the longer name is meant. Raises nothing: what fits nobody is text.
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
    """What people can be called, each with who is; of a whole name, nobody is whose name only begins so."""
    whole, first = defaultdict(set), defaultdict(set)
    for person, label in mentionable(team):
        for name in (label, str(person), person.email):
            whole[unaccent(name)].add(person.pk)
        parts = unaccent(str(person)).split()
        for count in range(1, len(parts)):
            first[" ".join(parts[:count])].add(person.pk)
    return first | whole


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    """What begins no word, as the “@” of an address does, and ends with one; any spaces of a line part its words."""
    longest_first = sorted(names, key=len, reverse=True)
    spelt = (r"[^\S\n]+".join(map(re.escape, name.split())) for name in longest_first)
    return re.compile(rf"(?<![\w@\\])@({'|'.join(spelt) or '(?!)'})(?![-.@]?\w)")


def people_mentioned(notes: Collection[Message]) -> set[int]:
    """The keys of all whom these name."""
    return {mention["id"] for note in notes for mention in note.mentions}
