"""What people are called where they are chosen from, so that two of one name can be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from helpdesk.teams.models import User


def labels_of(people: Iterable[User]) -> list[tuple[User, str]]:
    """Each with their name, and beside a name that several bear with the e-mail too."""
    people = list(people)
    bearers = Counter(str(person).casefold() for person in people)
    return [
        (person, f"{person} ({person.email})" if bearers[str(person).casefold()] > 1 else str(person))
        for person in people
    ]
