"""What a team's audit log shows: actions, logins and other account events of members, and reads through the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import Token
from helpdesk.audit.models import AuditEvent, LearnerRead
from helpdesk.privacy.days_filter import DaysFilter
from helpdesk.privacy.forms import FOR_EVER, IncidentForm
from helpdesk.privacy.models import Incident
from helpdesk.privacy.retention import retained
from helpdesk.privacy.words import duration
from helpdesk.teams.browsers import browser_name
from helpdesk.teams.models import AccountEvent, FormerMembership, Membership, Team, User
from helpdesk.teams.names import labels_of
from helpdesk.teams.roles import Role
from helpdesk.ui.keyset import Order

NEWEST_FIRST = Order(("created_at", "id"), is_descending=True)
OF_OPERATOR = {AuditEvent.Kind.CHECKS_RUN, AuditEvent.Kind.BACKUP_MADE, AuditEvent.Kind.BACKUP_RESTORED}
WORDS: dict[str, str | Promise] = {
    **{role.value: role.label for role in Role},
    "name": _("name"),
    "time_zone": _("time zone"),
    "response_target_hours": _("response target"),
    "business_hours": _("business hours"),
    "reopen_within_days": _("how long answers reopen a ticket"),
    "two_factor_for": _("two-factor login"),
    "session_days": _("how long people stay logged in"),
    "session_idle_hours": _("how long people stay logged in without use"),
    **{field.name: field.verbose_name for field in Incident._meta.fields if field.name in IncidentForm.Meta.fields},
    "contact": _("address for questions about personal data"),
    "admin": _("in the admin"),
    "on": _("on"),
    "off": _("off"),
    "read": _("read"),
    "write": _("write"),
    FOR_EVER: _("for ever"),
}


@dataclass(frozen=True)
class Line:
    """One entry, as the page and the file show it."""

    at: datetime
    person: str
    what: str
    about: str
    learner_id: int | None
    address: str

    @property
    def browser(self) -> str:
        """For an account event, the browser's usual name, or else its user agent."""
        return browser_name(self.about) or self.about


class AuditFilter(DaysFilter):
    """Filters entries by kind, if the log has several, by person, and by days in the active time zone."""

    field_order = ("kind", "person", "first", "last")
    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, data: QueryDict, *, log: Log, team: Team, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["kind"].choices = [("", _("Everything")), *log.kinds]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("Everyone")), *log.people(team)]  # type: ignore[attr-defined]
        if not log.kinds:
            del self.fields["kind"]

    def narrow(self, rows: QuerySet[Any], person_field: str) -> QuerySet[Any]:
        """The rows that match; none if the form is invalid."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked["person"]:
            rows = rows.filter(**{person_field: asked["person"]})
        return rows.filter(self.days.of("created_at"))


@dataclass(frozen=True)
class Log:
    """One of the logs: its entries for a team, and how each is shown."""

    name: str
    model: type[Model]
    kinds: list[tuple[Any, Any]]
    person_field: str
    rows: Callable[[Team], QuerySet[Any]]
    line: Callable[[Any], Line]
    kind_of_data: str  # the name of its retention; empty if the team cannot set it
    people: Callable[[Team], list[tuple[Any, str]]]

    def page(self, rows: QuerySet[Any], place: Any, count: int) -> list[Any]:
        """Up to `count` entries after the place, newest first."""
        return list(NEWEST_FIRST.after(NEWEST_FIRST.sort(rows), place)[:count])

    def batches(self, rows: QuerySet[Any], count: int) -> Iterator[list[Any]]:
        """All entries, with a query for each batch, so that no query is long."""
        place = None
        while found := self.page(rows, place, count):
            yield found
            place = NEWEST_FIRST.place_of(found[-1])


def members_of(team: Team) -> list[tuple[Any, str]]:
    """The team's current members, then former ones, each with their primary key."""
    present = {person.pk for person in team.people}
    former = User.objects.filter(Exists(FormerMembership.objects.filter(team=team, user=OuterRef("pk"))))
    labels = labels_of([*team.people, *former.exclude(pk__in=present).order_by("name", "pk")])
    left = gettext("no longer in the team")
    return [(person.pk, label if person.pk in present else f"{label} ({left})") for person, label in labels]


def _actions(team: Team) -> QuerySet[Any]:
    return AuditEvent.objects.filter(team=team)


def _action_line(event: AuditEvent) -> Line:
    words = [_word(word) for word in event.details.split()]
    details = (" → " if event.kind == AuditEvent.Kind.ROLE_CHANGED else ", ").join(words)
    about = " · ".join(filter(None, [event.about, details]))
    what = str(event.get_kind_display())
    return Line(event.created_at, event.actor_name, what, about, event.learner_id, event.address or "")


def _word(word: str) -> str:
    """The label of a word in an event's details: a role, a setting, a kind of data, or a number of days."""
    return str(duration(int(word)) if word.isdecimal() else WORDS.get(word) or _kinds_of_data().get(word, word))


def _kinds_of_data() -> dict[str, str | Promise]:
    return {kind.name: kind.label for kind in retained()}


def _logins(team: Team) -> QuerySet[Any]:
    """Account events of members during their membership: before and after, they are no business of the team's."""
    theirs = {"team": team, "user": OuterRef("user"), "created_at__lte": OuterRef("created_at")}
    present = Exists(Membership.objects.filter(**theirs))
    former = Exists(FormerMembership.objects.filter(**theirs, ended_at__gte=OuterRef("created_at")))
    return AccountEvent.objects.filter(present | former).select_related("user")


def _login(event: AccountEvent) -> Line:
    what = str(event.get_kind_display())
    return Line(event.created_at, str(event.user), what, event.user_agent, None, event.address)


def _reads(team: Team) -> QuerySet[Any]:
    return LearnerRead.objects.filter(team=team)


def _read(read: LearnerRead) -> Line:
    return Line(read.created_at, read.name, str(READ), "", read.learner_id, read.address or "")


def _clients(team: Team) -> list[tuple[Any, str]]:
    """The team's API tokens, revoked ones too, and its members."""
    tokens = [(f"token:{token.pk}", f"{token.name} · …{token.hint}") for token in Token.objects.for_team(team)]
    return tokens + [(f"user:{pk}", label) for pk, label in members_of(team)]


READ = _("Read through the API")
_OF_TEAMS = [(kind.value, kind.label) for kind in AuditEvent.Kind if kind not in OF_OPERATOR]
ACTIONS = Log("audit", AuditEvent, _OF_TEAMS, "actor_id", _actions, _action_line, "audit_log", members_of)
LOGINS = Log("logins", AccountEvent, AccountEvent.Kind.choices, "user", _logins, _login, "", members_of)
READS = Log("reads", LearnerRead, [], "client", _reads, _read, "api_reads", _clients)
