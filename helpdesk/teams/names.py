"""Labels for people in choices and messages, which distinguish people with similar names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.functional import cached_property

from helpdesk.teams.models import Team, User
from helpdesk.ui.names import likeness


class HasEmail(Protocol):
    """Somebody with an e-mail address, whose `str()` is their name."""

    email: str


P = TypeVar("P", bound=HasEmail)


def labels_of(people: Iterable[P]) -> list[tuple[P, str]]:
    """Each person with their name, followed by their e-mail address if another's name looks similar."""
    people = list(people)
    bearers = Counter(likeness(str(person)) for person in people)
    return [(person, _label(str(person), person, bearers[likeness(str(person))] - 1)) for person in people]


class People:
    """People whom a team's pages may name: its members, and others by primary key, such as former members.

    They are loaded when the first label is needed.
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
        return Counter(likeness(str(person)) for person in self._people.values())

    def label(self, pk: int | None, name: str = "") -> str:
        """The person's name, or `name` if given, with the e-mail address if another's name looks similar."""
        person = self._people.get(pk) if pk else None
        if person is None:
            return name
        name = name or str(person)
        is_present = likeness(str(person)) == likeness(name)
        return _label(name, person, self._bearers[likeness(name)] - is_present)


def _label(name: str, person: HasEmail, others: int) -> str:
    """The name, with the e-mail address if `others` people have a similar one, or if it contains an address itself,
    which may imitate somebody else's label.
    """
    is_clear = name == person.email or not (others or "@" in name)
    return name if is_clear else f"{name} ({person.email})"
