"""The register of personal data. Each room declares what its own models hold, in its module `personal_data.py`.

A room names it `DECLARED`: a list of a Holding for each kind of personal data, and of Impersonal for the fields that
could hold some and do not. What nobody declares fails a test, so that a new field makes its writer think of it.
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

from helpdesk.privacy.addresses import has_address, replace_address
from helpdesk.privacy.purposes import Purpose


class Subject(models.TextChoices):
    """Whom the data is about."""

    LEARNER = "learner", _("Learners")
    MEMBER = "member", _("Members of the team")
    PRODUCER = "producer", _("Producers")


class Erasure(models.TextChoices):
    """What becomes of it when somebody is erased."""

    DELETE = "delete", pgettext_lazy("what becomes of data", "Deleted")
    BLANK = "blank", pgettext_lazy("what becomes of data", "Emptied")
    PSEUDONYM = "pseudonym", pgettext_lazy("what becomes of data", "Replaced by a pseudonym")
    KEPT = "kept", pgettext_lazy("what becomes of data", "Kept")


@dataclass(frozen=True)
class Person:
    """A learner as they are looked for: by their key, and by the address and name that they bore until then (UTC).

    With `has_ended`, the address was somebody else's afterwards, and leads to what is from before alone. With `since`
    (UTC), it was somebody else's up to then, and leads to what came later alone.
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
        """What stands in the place of their address once they are erased."""
        return pseudonym_of(self.learner_id)

    def is_addressed_in(self, text: str) -> bool:
        """Whether their whole address stands there, however capitalised, in a URL too."""
        return has_address(text, self.email)

    def without_address(self, text: str) -> str:
        """The text with the pseudonym wherever their whole address stands; the same text where it does not."""
        return replace_address(text, self.email, self.pseudonym)


def pseudonym_of(learner_id: int) -> str:
    """What stands in the place of an erased learner's address. It is none itself: nothing can be sent there."""
    return f"erased-{learner_id}"


Rows = models.QuerySet[Any]
TIMES = ("received_at", "created_at", "updated_at", "at", "action_time")


@dataclass(frozen=True)
class Holding:
    """What one model holds of somebody; `fields` are separated by spaces.

    `kept_for` says until when, as after “Kept”; `origin` from whom it is, of what is exported. `learner` is the way
    from a row to the learner that it is about, as a filter has it. Where rows do not lead there, `find` gives those
    that may be about a person, and `matches` looks into each. `file` opens what lies beside a row, with its name; so
    many rows are read in one go as `batch` says. `part` tells declarations of the same fields apart. `by_address`: it
    is the address that leads to the rows, so that those of whoever had it before are left out.

    What is exported is given to whom it is about, when they ask for it: the declared fields, or what `view` makes of a
    row, which leaves out what is others' and is None where nothing remains.

    What is emptied gets `values`, which no longer hold anything, else what its fields hold when they are empty; `also`
    is changed with it. `erase_rows` does whatever these cannot say, and `find` then gives what is left to erase.
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
        return ".".join(filter(None, [self.model, self.fields.split()[0], self.part]))

    @property
    def time(self) -> str:
        """The field that says since when a row is there; empty where none does."""
        names = {each.name for each in self.model_class._meta.fields}
        return next((name for name in TIMES if name in names), "")

    @property
    def name(self) -> str:
        """What its rows are, for a person."""
        return str(self.model_class._meta.verbose_name_plural)

    @property
    def field_names(self) -> list[str]:
        """What its fields are, for a person."""
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
        """The rows that are about the subject, in batches, in the order of their keys."""
        last_pk = 0
        while rows := list(self.rows(person).filter(pk__gt=last_pk).order_by("pk")[: self.batch]):
            last_pk = rows[-1].pk
            yield [row for row in rows if self.matches is None or self.matches(person, row)]

    def remaining(self, person: Person) -> Rows:
        """Those that may be about this person and have not been erased."""
        if self.erasure == Erasure.DELETE or self.erase_rows:
            return self.rows(person)
        return self.rows(person).exclude(**self._emptied())

    def empty(self, person: Person, rows: list[Any]) -> None:
        """Erase what these rows hold; they are locked."""
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
    """Fields of a model that hold nothing of anybody, and why; `*` stands for all, of a library's model alone."""

    model: str
    fields: str
    reason: str


@cache
def declared() -> tuple[Holding | Impersonal, ...]:
    """The holdings that all rooms declare."""
    found: list[Holding | Impersonal] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "personal_data"):
            found += import_module(f"{config.name}.personal_data").DECLARED
    return tuple(found)


def holdings(subject: Subject) -> list[Holding]:
    """What is held of these people, in the order of the rooms."""
    return [each for each in declared() if isinstance(each, Holding) and each.subject == subject]


def _empty(of: Any) -> Any:
    if isinstance(of, models.JSONField):
        return of.get_default()
    return b"" if isinstance(of, models.BinaryField) else ""
