"""What people are called where they are chosen from and told of, so that two of one name can be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.functional import cached_property

from helpdesk.teams.models import Team, User
from helpdesk.ui.names import likeness


class HasEmail(Protocol):
    """Somebody with an e-mail address, whose text is their name."""

    email: str


P = TypeVar("P", bound=HasEmail)


def labels_of(people: Iterable[P]) -> list[tuple[P, str]]:
    """Each with their name, and beside one that looks like another's with the e-mail too."""
    people = list(people)
    bearers = Counter(likeness(str(person)) for person in people)
    return [(person, _label(str(person), person, bearers[likeness(str(person))] - 1)) for person in people]


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
        return Counter(likeness(str(person)) for person in self._people.values())

    def label(self, pk: int | None, name: str = "") -> str:
        """The name, as it was then where that is given; with the e-mail where somebody else's looks like it."""
        person = self._people.get(pk) if pk else None
        if person is None:
            return name
        name = name or str(person)
        is_present = likeness(str(person)) == likeness(name)
        return _label(name, person, self._bearers[likeness(name)] - is_present)


def _label(name: str, person: HasEmail, others: int) -> str:
    """So many others bear the name. One with an address in it may be made to look like what stands beside another."""
    is_clear = name == person.email or not (others or "@" in name)
    return name if is_clear else f"{name} ({person.email})"
