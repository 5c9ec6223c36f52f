"""The register of personal data. Each room declares what its own models hold, in its module `personal_data.py`.

The module's `DECLARED` is a list with a Holding for each kind of personal data, and an Impersonal for fields that could
hold some but do not. A test fails for undeclared fields, so that whoever adds a field has to think about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import IO, Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.privacy.email_address_search import has_address, replace_address
from helpdesk.privacy.purposes import Purpose


class Subject(models.TextChoices):
    """Whom the data is about."""

    LEARNER = "learner", _("Learners")
    MEMBER = "member", _("Members of the team")
    PRODUCER = "producer", _("Producers")


class Erasure(models.TextChoices):
    """What happens to data when the person is erased."""

    DELETE = "delete", pgettext_lazy("what becomes of data", "Deleted")
    BLANK = "blank", pgettext_lazy("what becomes of data", "Emptied")
    PSEUDONYM = "pseudonym", pgettext_lazy("what becomes of data", "Replaced by a pseudonym")
    KEPT = "kept", pgettext_lazy("what becomes of data", "Kept")


@dataclass(frozen=True)
class Person:
    """A learner to search for, by primary key, and by the address and name that they had until a time (UTC).

    If `has_ended`, the address was somebody else's afterwards, and finds only data from before `until`. With `since`
    (UTC), it was somebody else's before, and finds only data from after `since`.
    """

    team_id: int
    learner_id: int
    email: str
    name: str
    until: datetime
    has_ended: bool = False
    since: datetime | None = None

    @property
    def pseudonym(self) -> str:
        """What replaces their address once they are erased."""
        return pseudonym_of(self.learner_id)

    def is_addressed_in(self, text: str) -> bool:
        """Whether the text contains their whole address, in any capitalisation, also in a URL."""
        return has_address(text, self.email)

    def without_address(self, text: str) -> str:
        """The text with their whole address replaced by the pseudonym wherever it occurs."""
        return replace_address(text, self.email, self.pseudonym)


def pseudonym_of(learner_id: int) -> str:
    """What replaces an erased learner's address. It is not an address itself, so nothing can be sent to it."""
    return f"erased-{learner_id}"


Rows = models.QuerySet[Any]
TIMES = ("received_at", "created_at", "updated_at", "at", "action_time")


@dataclass(frozen=True)
class Holding:
    """Personal data that one model holds; `fields` are separated by spaces.

    `kept_for` completes the sentence “Kept …”; `origin` says whom exported data comes from. `learner` is the lookup
    from a row to the learner it is about. If there is none, `find` gives the rows that may be about a person, and
    `matches` checks each row. `file` gives the name and content of the file that belongs to a row. `batch` rows are
    read at once. `part` tells declarations of the same fields apart. `recorded_as` is the label that the model had when
    receipts of erasure were first written, if it has another now: they are kept, and a running erasure is continued by
    its entries. `by_address` means that rows are found by address, so that those of its previous owner are left out.

    An export gives learners the declared fields, or what `view` makes of a row: it leaves out what is about others, and
    returns None if nothing remains.

    Erasing sets the fields to `values`, or by default to their empty values, and also sets `also`. `erase_rows` does
    what these cannot express; `find` must then give only rows that are still to be erased.
    """

    model: str
    subject: Subject
    fields: str
    purpose: Purpose
    kept_for: str | Promise
    erasure: Erasure
    origin: str | Promise = ""
    is_exported: bool = True
    part: str = ""
    recorded_as: str = ""
    learner: str = ""
    find: Callable[[Person], Rows] | None = None
    by_address: bool = False
    matches: Callable[[Person, Any], bool] | None = None
    view: Callable[[Person, Any], dict[str, Any] | None] | None = None
    file: Callable[[Any], tuple[str, IO[bytes] | None]] | None = None
    batch: int = 200
    values: Mapping[str, Any] | None = None
    also: Mapping[str, Any] = field(default_factory=dict)
    erase_rows: Callable[[Person, list[Any]], None] | None = None

    @property
    def model_class(self) -> type[models.Model]:
        """The model whose rows hold the data."""
        return apps.get_model(self.model)

    @property
    def key(self) -> str:
        """The name of this entry in receipts of erasure."""
        return ".".join(filter(None, [self.recorded_as or self.model, self.fields.split()[0], self.part]))

    @property
    def time(self) -> str:
        """The name of the field with a row's time; empty if there is none."""
        names = {each.name for each in self.model_class._meta.fields}
        return next((name for name in TIMES if name in names), "")

    @property
    def name(self) -> str:
        """What its rows are called, for people."""
        return str(self.model_class._meta.verbose_name_plural)

    @property
    def field_names(self) -> list[str]:
        """What its fields are called, for people."""
        return [str(each.verbose_name) for each in self._fields()]

    def rows(self, person: Person) -> Rows:
        """The rows that may be about this person."""
        by_learner = {self.learner: person.learner_id}
        rows = self.find(person) if self.find else self.model_class._base_manager.filter(**by_learner)
        if person.has_ended and self.time:
            rows = rows.filter(**{f"{self.time}__lte": person.until})
        if person.since and self.by_address and self.time:
            rows = rows.filter(**{f"{self.time}__gt": person.since})
        return rows

    def batches(self, person: Person) -> Iterator[list[Any]]:
        """The rows that are about this person, in batches, by primary key."""
        last_pk = 0
        while rows := list(self.rows(person).filter(pk__gt=last_pk).order_by("pk")[: self.batch]):
            last_pk = rows[-1].pk
            yield [row for row in rows if self.matches is None or self.matches(person, row)]

    def remaining(self, person: Person) -> Rows:
        """The rows that may be about this person and are not erased yet."""
        if self.erasure == Erasure.DELETE or self.erase_rows:
            return self.rows(person)
        return self.rows(person).exclude(**self._emptied())

    def empty(self, person: Person, rows: list[Any]) -> None:
        """Erase what these rows hold; the caller has locked them."""
        chosen = self.model_class._base_manager.filter(pk__in=[row.pk for row in rows])
        if self.erase_rows:
            self.erase_rows(person, rows)
        elif self.erasure == Erasure.DELETE:
            chosen.delete()
        else:
            chosen.update(**self._emptied(), **self.also)

    def _emptied(self) -> Mapping[str, Any]:
        return self.values or {each.name: _empty(each) for each in self._fields()}

    def _fields(self) -> list[Any]:
        return [self.model_class._meta.get_field(name) for name in self.fields.split()]


@dataclass(frozen=True)
class Impersonal:
    """Fields of a model that hold no personal data, and why; `*`, only for models of libraries, means all fields."""

    model: str
    fields: str
    reason: str


@cache
def declared() -> tuple[Holding | Impersonal, ...]:
    """What all rooms declare."""
    found: list[Holding | Impersonal] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "personal_data"):
            found += import_module(f"{config.name}.personal_data").DECLARED
    return tuple(found)


def holdings(subject: Subject) -> list[Holding]:
    """What is held about these people, in the order of the rooms."""
    return [each for each in declared() if isinstance(each, Holding) and each.subject == subject]


def _empty(of: Any) -> Any:
    if isinstance(of, models.JSONField):
        return of.get_default()
    return b"" if isinstance(of, models.BinaryField) else ""
