"""The inbox's address as a question: from a query string to a queryset, its chips and its pages."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.courses.models import Course, Producer
from helpdesk.courses.names import labels_of_courses
from helpdesk.inbox import search
from helpdesk.inbox.counts import VIEWS
from helpdesk.inbox.fields import NONE, CourseFilterField, DateInput, ProducerField, TagChoiceField
from helpdesk.teams.models import Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets import calls
from helpdesk.tickets.models import Priority, Status, Tag, Ticket
from helpdesk.tickets.querysets import InboxCursor, TicketQuerySet
from helpdesk.ui.filters import FilterForm
from helpdesk.ui.names import NameField

PAGE_SIZE = 50
LAST_DAY = date(9999, 12, 30)  # the calendar ends on the next, and with it the days that can be counted on from
TO_DO, ALL = "to_do", "all"  # the statuses that an address without one stands for: alone, and with a search
PK = re.compile(r"[0-9]{1,18}")
CURSOR = re.compile(r"([0-5])-(\d{1,17})-(\d{1,18})")

STATUS_CHOICES = [
    (TO_DO, pgettext_lazy("tickets", "To do")),
    *((status, status.label) for status in (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)),
    ("snoozed", pgettext_lazy("tickets", "Snoozed")),
    ("done", pgettext_lazy("tickets", "Done")),
    (ALL, pgettext_lazy("tickets", "All")),
]
YES = [("1", _("yes"))]
NO_SUCH = _("“%(value)s” does not exist, or no longer does.")


class Chip(NamedTuple):
    """A filter that is on, and the address without it."""

    label: str
    query: str


class Page(NamedTuple):
    """Some tickets, and the query of the next page where there is one."""

    tickets: list[Ticket]
    next_query: str


class TicketFilter(FilterForm):
    """What is asked of the inbox; to a value that cannot be matched, an error of its field, no ticket answers."""

    typed: ClassVar[frozenset[str]] = frozenset({"q"})

    q = NameField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), choices=[("", ""), *STATUS_CHOICES], required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    course = CourseFilterField(Course.objects.none(), label=_("Course"), required=False, empty_label=_("All"))
    producer = ProducerField(Producer.objects.none(), label=_("Producer"), required=False, empty_label=_("All"))
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[("", _("All")), *Priority.choices], coerce=int, required=False
    )
    tag = TagChoiceField(Tag.objects.none(), label=_("Tag"), required=False, empty_label=_("All"), to_field_name="name")
    again = forms.ChoiceField(label=_("Asked again"), choices=[("", _("All")), *YES], required=False)
    requested_from = forms.DateField(label=_("Requested from"), required=False, widget=DateInput)
    requested_to = forms.DateField(label=_("Requested until"), required=False, widget=DateInput)
    resolved_from = forms.DateField(label=_("Resolved from"), required=False, widget=DateInput)
    resolved_to = forms.DateField(label=_("Resolved until"), required=False, widget=DateInput)
    # These come from a report's figures; they have no field on the page.
    folded = forms.ChoiceField(label=_("Include merged tickets"), choices=YES, required=False)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
    )
    hour = forms.IntegerField(label=_("Hour"), min_value=0, max_value=23, required=False)

    def __init__(self, data: QueryDict, team: Team, user: User | None = None) -> None:
        """Of this team's tickets; `user` is who “me” stands for."""
        super().__init__(data, auto_id="filter-%s")
        self.team, self.user = team, user
        self.fields["course"].offer(team)  # type: ignore[attr-defined]
        self._offer("producer", Producer.objects.for_team(team).order_by("name", "email"))
        self._offer("tag", Tag.objects.for_team(team))
        self.fields["assignee"].choices = self._assignees  # type: ignore[attr-defined]
        for field in ("status", "assignee", "course", "producer", "tag"):
            self.fields[field].error_messages["invalid_choice"] = NO_SUCH
        self.full_clean()
        self.fields["status"].widget.choices = self._offered_statuses

    def clean(self) -> dict[str, Any]:
        """Merged tickets have no status of their own: beside one, asking for them too asks for nothing."""
        cleaned = super().clean()
        if self.state != ALL:
            cleaned["folded"] = ""
        return cleaned

    def _offer(self, field: str, rows: Any) -> None:
        self.fields[field].queryset = rows  # type: ignore[attr-defined]

    def _assignees(self) -> Iterator[tuple[str, Any]]:
        yield ("", _("Anyone"))
        if self.user:
            yield ("me", _("Me"))
        yield ("none", _("Nobody"))
        yield from ((str(user.pk), label) for user, label in labels_of(self._people))

    @cached_property
    def _people(self) -> list[User]:
        """The members, and whoever is asked for that left, as long as tickets are theirs."""
        members = list(User.objects.filter(memberships__team=self.team).order_by("name", "email"))
        asked = self.data.get("assignee", "")
        if PK.fullmatch(asked) and int(asked) not in {user.pk for user in members}:
            theirs = Ticket.objects.for_team(self.team).filter(assignee=asked)
            members += User.objects.filter(Exists(theirs), pk=asked)
        return members

    @cached_property
    def course_labels(self) -> dict[int, str]:
        """What each of the team's courses is called, by its key."""
        field = self.fields["course"]
        courses = field.queryset  # type: ignore[attr-defined]
        return {course.pk: label for course, label in labels_of_courses(courses)}

    @property
    def _offered_statuses(self) -> list[tuple[str, Any]]:
        """Each once: the empty value bears the name of the one that it stands for, unless that is asked for by name."""
        usual = ALL if self.value("q") else TO_DO
        labels = dict(STATUS_CHOICES)
        return [(usual if self.value("status") == usual else "", labels.pop(usual)), *labels.items()]

    def value(self, field: str) -> Any:
        """The cleaned value, or None where there is none."""
        value = self.cleaned_data.get(field)
        return None if value == "" else value

    @property
    def panel_fields(self) -> list[forms.BoundField]:
        """The fields that the page offers, the search aside."""
        return [self[name] for name in self.fields if name not in {"q", "folded", "weekday", "hour"}]

    @property
    def carried_fields(self) -> list[forms.BoundField]:
        """Those that only a report's link sets, where they are on."""
        return [self[name] for name in ("folded", "weekday", "hour") if self.value(name) is not None]

    @property
    def state(self) -> str:
        """The word for which tickets are meant by their status; a search looks through all unless told otherwise."""
        return self.value("status") or (ALL if self.value("q") else TO_DO)

    @property
    def problems(self) -> list[str]:
        """Why nothing can answer, a sentence for each value that cannot be matched; empty where something can."""
        return [
            f"{self.fields[field].label}: {' '.join(str(error) for error in errors)}"
            for field, errors in self.errors.items()
        ]

    @property
    def is_queue(self) -> bool:
        """Whether this shows the unfinished by urgency; else, and in every search, the newest come first."""
        return not self.value("q") and self.state not in {"done", ALL}

    @cached_property
    def asked(self) -> dict[str, str]:
        """What is asked for, field by field, as the address says it; what cannot be matched stays in the question."""
        return {
            name: ", ".join(self._said(name))
            for name in self.fields
            if self.value(name) is not None or name in self.errors
        }

    def _said(self, field: str) -> list[str]:
        """The values in the address; several where it contradicts itself."""
        values: list[str] = self.data.getlist(field)  # type: ignore[attr-defined] # it is a QueryDict
        return values

    @cached_property
    def nav(self) -> str:
        """The entry of the navigation that this question is, if it is one."""
        for view in VIEWS:
            question = (("status", view.status), ("assignee", view.assignee))
            if self.asked == {name: word for name, word in question if word}:
                return view.name
        return ""

    @property
    def title(self) -> Any:
        """What the page is called."""
        for view in VIEWS:
            if view.name == self.nav:
                return view.label
        if self.value("q"):
            return _("Search")
        return dict(STATUS_CHOICES)[self.state]

    @property
    def meaning(self) -> Any:
        """What the view of the navigation that this is counts; else empty."""
        return next((view.meaning for view in VIEWS if view.name == self.nav), "")

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on; what the title says already is not said again."""
        if self.nav:
            return []
        return [
            Chip(f"{self.fields[field].label}: {self._told(field)}", self.query(without=field)) for field in self.asked
        ]

    def _told(self, field: str) -> Any:
        if field in self.errors:
            return Truncator(self.asked[field]).chars(40)
        value = self.value(field)
        if isinstance(value, date):
            return date_format(value, "SHORT_DATE_FORMAT")
        choices = getattr(self.fields[field], "choices", None)
        if choices is None or field == "tag":
            return value
        return {str(key): label for key, label in choices}[str(getattr(value, "pk", value))]

    @property
    def tickets(self) -> TicketQuerySet:
        """The tickets that answer the question, in the order of the page."""
        tickets = self.unsearched
        if (text := self.value("q")) and not self.errors:
            conditions = [condition.by_index for condition in search.conditions(self.team, text)]
            tickets = tickets.filter(functools.reduce(operator.or_, conditions)) if conditions else tickets.none()
        return tickets.in_inbox_order() if self.is_queue else tickets.newest_first()

    @property
    def unsearched(self) -> TicketQuerySet:
        """Those that the filters leave, whatever is searched for, in no order yet; none where one has no match."""
        tickets = Ticket.objects.for_team(self.team)
        if self.errors:
            return tickets.none()
        if not self._shows_merged:
            tickets = tickets.in_state(self.state)
        if assignee := self.value("assignee"):
            tickets = tickets.assigned_to(
                {"me": self.user.pk if self.user else None, "none": None}.get(assignee, assignee)
            )
        narrow: dict[str, Callable[[Any], dict[str, Any]]] = {
            "priority": lambda priority: {"priority": priority},
            "again": lambda _yes: {"request_count__gt": 1},
            "requested_from": lambda day: {"requested_at__gte": _midnight(day)},
            "requested_to": lambda day: {"requested_at__lt": _midnight_after(day)},
            "resolved_from": lambda day: {"resolved_at__gte": _midnight(day)},
            "resolved_to": lambda day: {"resolved_at__lt": _midnight_after(day)},
            "weekday": lambda day: {"asked_weekday": day},
            "hour": lambda hour: {"asked_hour": hour},
        }
        tickets = tickets.alias(asked_weekday=ExtractIsoWeekDay("requested_at"), asked_hour=ExtractHour("requested_at"))
        for field, condition in narrow.items():
            if (value := self.value(field)) is not None:
                tickets = tickets.filter(**condition(value))
        return tickets.filter(*self._things)

    @cached_property
    def _things(self) -> list[Q]:
        """What the tickets are to be about, and tagged: they themselves, or where merged ones are left out, those too
        for which they stand.
        """
        things = []
        for field in ("course", "producer"):
            if (value := self.value(field)) is not None:
                value = None if value == NONE else value
                things.append(Q(**{field: value}) if self._shows_merged else calls.about(self.team, field, value))
        if tag := self.value("tag"):
            things.append(Q(tags=tag) if self._shows_merged else calls.tagged(tag))
        return things

    @property
    def _shows_merged(self) -> bool:
        """Whether merged ones are listed, each by itself."""
        return bool(self.value("folded"))

    def page(self, size: int = PAGE_SIZE) -> Page:
        """The page that the query's `after` asks for; the first where it makes no sense."""
        cursor = read_cursor(self.data.get("after", ""))
        if (text := self.value("q")) and not self.errors:
            tickets = self.unsearched.before(cursor) if cursor else self.unsearched
            tickets = search.newest(tickets, self.team, text, size + 1)
        elif cursor:
            tickets = self.tickets.after(cursor) if self.is_queue else self.tickets.before(cursor)
        else:
            tickets = self.tickets
        found = list(tickets.with_row_relations()[: size + 1])
        return Page(found[:size], self.query(after=write_cursor(found[size - 1])) if len(found) > size else "")

    def next_after(self, ticket: Ticket) -> Ticket | None:
        """The ticket that follows this one in the list, or else the first one; None where it is the only one."""
        tickets, place = self.tickets.exclude(pk=ticket.pk), place_of(ticket)
        return (tickets.after(place) if self.is_queue else tickets.before(place)).first() or tickets.first()

    def previous_to(self, ticket: Ticket) -> Ticket | None:
        """The ticket that comes before this one in the list, if any."""
        tickets, place = self.tickets, place_of(ticket)
        return (tickets.ahead_of(place) if self.is_queue else tickets.since(place)).first()

    @property
    def in_query(self) -> str:
        """What a ticket's address carries, so that its page knows the list that it was opened from."""
        query = self.query()
        return f"?{urlencode({'in': query})}" if query else ""

    def query(self, *, without: str = "", after: str = "") -> str:
        """The query string of this question, or of one without a filter, or of the page after a place."""
        query = QueryDict(mutable=True)
        for field in self.asked:
            if field != without:
                query.setlist(field, self._said(field))
        if after:
            query["after"] = after
        return query.urlencode()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _midnight_after(day: date) -> datetime:
    return _midnight(min(day, LAST_DAY) + timedelta(days=1))


def place_of(ticket: Ticket) -> InboxCursor:
    """Where a ticket stands in the inbox's order."""
    return InboxCursor(ticket.urgency, ticket.requested_at, ticket.pk)


def write_cursor(ticket: Ticket) -> str:
    """A place as the address says it."""
    microseconds = int(ticket.requested_at.timestamp()) * 1_000_000 + ticket.requested_at.microsecond
    return f"{ticket.urgency}-{max(0, microseconds)}-{ticket.pk}"


def read_cursor(text: str) -> InboxCursor | None:
    """The place that the address says; None where it makes no sense."""
    match = CURSOR.fullmatch(text)
    if match is None:
        return None
    group, microseconds, pk = (int(part) for part in match.groups())
    seconds, rest = divmod(microseconds, 1_000_000)
    return InboxCursor(group, datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), pk)
