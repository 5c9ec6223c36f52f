"""What people are called where they are chosen from and told of, so that two of one name can be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.functional import cached_property

from helpdesk.teams.models import Team, User


class Addressed(Protocol):
    """Somebody with an e-mail address, whose text is their name."""

    email: str


P = TypeVar("P", bound=Addressed)


def labels_of(people: Iterable[P]) -> list[tuple[P, str]]:
    """Each with their name, and beside a name that several bear with the e-mail too."""
    people = list(people)
    bearers = Counter(str(person).casefold() for person in people)
    return [
        (person, _with_email(str(person), person) if bearers[str(person).casefold()] > 1 else str(person))
        for person in people
    ]


class People:
    """Whom a team's pages may name: its members, and others by their keys, such as those who left.

    They are looked up when the first is named: the members once for the team, the others where there are some.
    """

    def __init__(self, team: Team, others: Iterable[int | None] = ()) -> None:
        self.team, self.others = team, {pk for pk in others if pk}

    @cached_property
    def _people(self) -> dict[int, User]:
        people = {person.pk: person for person in self.team.people}
        others = self.others - people.keys()
        return people | User.objects.in_bulk(others) if others else people

    @cached_property
    def _bearers(self) -> Counter[str]:
        return Counter(str(person).casefold() for person in self._people.values())

    def label(self, pk: int | None, name: str = "") -> str:
        """The name, as it was then where that is given; with the e-mail where somebody else bears it too."""
        person = self._people.get(pk) if pk else None
        if person is None:
            return name
        name = name or str(person)
        others = self._bearers[name.casefold()] - (str(person).casefold() == name.casefold())
        return _with_email(name, person) if others else name


def _with_email(name: str, person: Addressed) -> str:
    return f"{name} ({person.email})" if name != person.email else name
