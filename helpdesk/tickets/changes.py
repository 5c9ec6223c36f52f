"""What a person can do to a ticket: each change with who may make it, what it is asked with, its action and its words.

The pages, bulk changes, the API and the admin go by this; how a change looks there, and how its value is written, is
theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.forms import (
    AssignmentForm,
    ChangeForm,
    MergeForm,
    NewTagForm,
    PriorityForm,
    QuestionForm,
    SnoozeForm,
    StatusForm,
    TagForm,
    TopicForm,
)
from helpdesk.tickets.models import Priority, Status, Ticket, Topic
from helpdesk.ui.names import isolated_text


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """One change: the action takes the value of the form, or nothing where there is no form."""

    permission: Permission
    action: Callable[..., object]
    form: type[ChangeForm] | None = None

    def make(self, ticket: Ticket, actor: Actor, value: Any = None) -> None:
        """Call the action. Raises ActionRefused."""
        if self.form:
            self.action(ticket, actor, value)
        else:
            self.action(ticket, actor)


@dataclass(frozen=True, kw_only=True, eq=False)
class ReversibleChange(Change):
    """A change that can be undone, and so be made of many tickets at once.

    `attributes` of `state_of` are what it is about; others follow: whoever is given a new ticket opens it by that. A
    value, where the change takes one, is kept as a text, which `store` makes of it, `load` reads, and `say` tells in a
    few words.
    """

    name: str
    label: Promise
    attributes: frozenset[str]
    say: Callable[[str, Team], str]
    store: Callable[[Any], str] = str
    load: Callable[[str], Any] = str


def _store_person(person: User | None) -> str:
    return str(person.pk) if person else ""


def _load_person(key: str) -> User | None:
    person = User.objects.filter(pk=key).first() if key else None
    if key and person is None:
        raise actions.ActionRefused(_("The team has no such member."))
    return person


def _say_person(key: str, team: Team) -> str:
    person = User.objects.filter(pk=key).first() if key else None
    if person is None:
        return _("unassigned")
    return _("assigned to %(name)s") % {"name": isolated_text(People(team, [person.pk]).label(person.pk))}


def _store_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _say_moment(text: str, _team: Team) -> str:
    until = timezone.localtime(datetime.fromisoformat(text))
    return _("snoozed until %(time)s") % {"time": date_format(until, "SHORT_DATETIME_FORMAT")}


def _store_ticket(ticket: Ticket) -> str:
    return str(ticket.pk)


def _load_ticket(key: str) -> Ticket:
    ticket = Ticket.objects.filter(pk=key).first()
    if ticket is None:
        raise actions.ActionRefused(_("The team has no such ticket."))
    return ticket


def _say_ticket(key: str, team: Team) -> str:
    number = Ticket.objects.for_team(team).filter(pk=key).values_list("number", flat=True).first()
    return _("merged into #%(number)s") % {"number": number or "?"}


STATUS = ReversibleChange(
    name="status",
    label=gettext_lazy("Status"),
    permission=Permission.TICKET_CHANGE,
    form=StatusForm,
    action=actions.change_status,
    attributes=frozenset({"status", "resolved_at"}),
    say=lambda status, _team: str(Status(status).label).lower(),
)
ASSIGNEE = ReversibleChange(
    name="assignee",
    label=gettext_lazy("Assignee"),
    permission=Permission.TICKET_ASSIGN,
    form=AssignmentForm,
    action=actions.assign_ticket,
    attributes=frozenset({"assignee_id"}),
    say=_say_person,
    store=_store_person,
    load=_load_person,
)
PRIORITY = ReversibleChange(
    name="priority",
    label=gettext_lazy("Priority"),
    permission=Permission.TICKET_CHANGE,
    form=PriorityForm,
    action=actions.change_priority,
    attributes=frozenset({"priority"}),
    say=lambda number, _team: _("priority %(name)s") % {"name": str(Priority(int(number)).label).lower()},
    load=int,
)
TAG = ReversibleChange(
    name="tag",
    label=gettext_lazy("Tag"),
    permission=Permission.TICKET_CHANGE,
    form=NewTagForm,
    action=actions.add_tag,
    attributes=frozenset({"tags"}),
    say=lambda name, _team: _("tagged %(name)s") % {"name": isolated_text(name)},
)
UNTAG = ReversibleChange(
    name="untag",
    label=gettext_lazy("Tag removed"),
    permission=Permission.TICKET_CHANGE,
    form=TagForm,
    action=actions.remove_tag,
    attributes=frozenset({"tags"}),
    say=lambda name, _team: _("tag %(name)s removed") % {"name": isolated_text(name)},
)
SNOOZE = ReversibleChange(
    name="snooze",
    label=gettext_lazy("Snooze"),
    permission=Permission.TICKET_CHANGE,
    form=SnoozeForm,
    action=actions.snooze_ticket,
    attributes=frozenset({"snoozed_until"}),
    say=_say_moment,
    store=_store_moment,
    load=datetime.fromisoformat,
)
UNSNOOZE = ReversibleChange(
    name="unsnooze",
    label=pgettext_lazy("ticket event", "Unsnoozed"),
    permission=Permission.TICKET_CHANGE,
    action=actions.unsnooze_ticket,
    attributes=frozenset({"snoozed_until"}),
    say=lambda _value, _team: _("unsnoozed"),
)
MERGE = ReversibleChange(
    name="merge",
    label=gettext_lazy("Merged"),
    permission=Permission.TICKET_MERGE,
    form=MergeForm,
    action=actions.merge_ticket,
    attributes=frozenset({"merged_into_id"}),
    say=_say_ticket,
    store=_store_ticket,
    load=_load_ticket,
)
UNMERGE = ReversibleChange(
    name="unmerge",
    label=pgettext_lazy("change", "Split off"),
    permission=Permission.TICKET_MERGE,
    action=actions.unmerge_ticket,
    attributes=frozenset({"merged_into_id"}),
    say=lambda _value, _team: _("a ticket of its own again"),
)
TOPIC = ReversibleChange(
    name="topic",
    label=gettext_lazy("Topic"),
    permission=Permission.TICKET_CHANGE,
    form=TopicForm,
    action=actions.choose_topic,
    attributes=frozenset({"topic"}),
    say=lambda topic, _team: _("topic “%(name)s”") % {"name": Topic(topic).label},
)
QUESTION = ReversibleChange(
    name="question",
    label=gettext_lazy("Question"),
    permission=Permission.TICKET_CHANGE,
    form=QuestionForm,
    action=lambda ticket, actor, said: actions.tell_question(ticket, actor, *said),
    attributes=frozenset({"question", "topic"}),
    say=lambda _value, _team: _("question saved"),
)
# What can be asked for of many tickets; a question is of one.
OF_MANY = {
    change.name: change for change in (STATUS, ASSIGNEE, PRIORITY, TAG, UNTAG, SNOOZE, UNSNOOZE, MERGE, UNMERGE, TOPIC)
}
REVERSIBLE = OF_MANY | {QUESTION.name: QUESTION}

RESOLVE = Change(permission=Permission.TICKET_CHANGE, action=actions.resolve_ticket)
REOPEN = Change(permission=Permission.TICKET_CHANGE, action=actions.reopen_ticket)
