"""Every change of a ticket; nothing else writes one.

An action takes the ticket and an explicit actor, locks, returns at once where there is nothing to do, writes, and
records a TicketEvent, all in one transaction. What is not allowed raises ActionRefused with a sentence for the person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.teams.models import Team, User
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import (
    DONE_STATUSES,
    UNFINISHED_STATUSES,
    Message,
    Priority,
    Status,
    Tag,
    Ticket,
    TicketEvent,
)
from helpdesk.tickets.publishing import publish_soon
from helpdesk.ui.names import clean_key

P = ParamSpec("P")
Kind = TicketEvent.Kind
# Further ahead nothing is meant, and there are times that no clock of another zone can show.
LONGEST_SNOOZE = timedelta(days=5 * 366)


class ActionRefused(Exception):
    """The change is not allowed; the text says why, to a person."""


class TicketChanged(ActionRefused):
    """Somebody else changed the ticket since the version that the actor saw; `events` says what and who."""

    def __init__(self, events: list[TicketEvent]) -> None:
        super().__init__(_("This ticket was changed while you looked at it. Look again, then decide."))
        self.events = events


def record(
    ticket: Ticket,
    actor: Actor,
    kind: TicketEvent.Kind,
    *,
    attribute: str = "",
    old: str | User | None = "",
    new: str | User | None = "",
) -> None:
    """Append a fact to the ticket's history; what follows from it happens once it is committed, see publishing.py.

    People are kept by name and by key: two may bear one name.
    """
    TicketEvent.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        kind=kind,
        actor_kind=actor.kind,
        actor=actor.user,
        actor_name=actor.name,
        attribute=attribute,
        old_value=str(old or ""),
        new_value=str(new or ""),
        old_person=old.pk if isinstance(old, User) else None,
        new_person=new.pk if isinstance(new, User) else None,
        version=ticket.version,
    )
    publish_soon()


def require_version(ticket: Ticket, actor: Actor, seen: int) -> None:
    """Raise TicketChanged where somebody else has changed the ticket since this version of it, or it is none yet.

    What a person changed themselves they know, whichever page or program they did it with. A token has no such memory:
    several programs may share it, so that whatever was changed since through it, too, was changed by somebody else.

    To be called in the transaction of the change that it guards: it locks the ticket.
    """
    version = Ticket.objects.select_for_update().values_list("version", flat=True).get(pk=ticket.pk)
    if version == seen:
        return
    others = ticket.events.filter(version__gt=seen).order_by("version", "pk")
    if actor.user:
        others = others.exclude(actor=actor.user)
    events = list(others)
    if events or seen > version:
        raise TicketChanged(events)


def action(
    do: Callable[Concatenate[Ticket, Actor, P], None],
) -> Callable[Concatenate[Ticket, Actor, P], None]:
    """Run with the ticket's row locked and read afresh, in one transaction; a folded ticket refuses."""

    @wraps(do)
    def locked(ticket: Ticket, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> None:
        with transaction.atomic():
            ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update())
            if ticket.is_merged:
                raise ActionRefused(_("This request is folded into another; change that one, or split it off first."))
            do(ticket, actor, *args, **kwargs)

    return locked


def save_change(ticket: Ticket, *fields: str) -> None:
    """Write these fields, as a new version of the ticket."""
    ticket.last_activity_at = timezone.now()
    ticket.version += 1
    ticket.save(update_fields=[*fields, "last_activity_at", "version"])


def open_ticket(
    team: Team,
    actor: Actor,
    *,
    learner: Learner,
    course: Course | None,
    producer: Producer | None,
    requested_at: datetime,
    received_at: datetime | None = None,
    question: str = "",
) -> Ticket:
    """Make a ticket of a call for help, and merge it with the learner's unfinished one for that course, if any.

    The earliest call stands for the others, whichever is taken first, unless somebody works on a later one already. To
    be called in the transaction in which `lock_learner` gave the learner, so that one learner's calls take turns.
    """
    unfinished = _unfinished_of(learner, course)
    created_at = received_at or timezone.now()
    is_repeated = unfinished is not None and not _precedes_untouched((requested_at, created_at), unfinished)
    ticket = Ticket.objects.create(
        team=team,
        number=_next_number(team),
        learner=learner,
        course=course,
        producer=producer,
        merged_into=unfinished if is_repeated else None,
        requested_at=requested_at,
        created_at=created_at,
        response_due_at=requested_at + timedelta(hours=team.response_target_hours),
        question=_clean_text(question),
    )
    record(ticket, actor, Kind.CREATED)
    if unfinished is None:
        return ticket
    if is_repeated:
        take_in(unfinished, ticket, actor, Kind.ASKED_AGAIN)
        _return_to_inbox(unfinished, actor)
    else:
        _stand_for(ticket, unfinished, actor)
    return ticket


def _unfinished_of(learner: Learner, course: Course | None) -> Ticket | None:
    """The ticket that stands for what the learner still waits for in this course, locked.

    Asked for by the learner alone, who has few: with more conditions the planner may take the index of the team's
    inbox and walk all of it.
    """
    standing = Ticket.objects.unmerged().filter(learner=learner).order_by("requested_at", "created_at", "pk")
    course_pk = course.pk if course else None
    for pk, of_course, status in standing.values_list("pk", "course", "status"):
        if of_course == course_pk and status in UNFINISHED_STATUSES:
            return Ticket.objects.unfinished().select_for_update(no_key=True).filter(pk=pk).first()
    return None


def _precedes_untouched(call: tuple[datetime, datetime], unfinished: Ticket) -> bool:
    """Whether this call came before the one that stands, although it is taken after it, and nobody minds."""
    if call >= (unfinished.requested_at, unfinished.created_at):
        return False
    by_itself = {"actor_kind": TicketEvent.ActorKind.SYSTEM, "kind__in": [Kind.CREATED, Kind.ASKED_AGAIN, Kind.MERGED]}
    return not unfinished.events.exclude(**by_itself).exists()


def _stand_for(ticket: Ticket, later: Ticket, actor: Actor) -> None:
    """Have an earlier call stand for a later one and those merged into it."""
    for call in [
        later,
        *later.merged_tickets.select_for_update(no_key=True).order_by("requested_at", "created_at", "pk"),
    ]:
        call.merged_into, call.request_count = ticket, 1
        save_change(call, "merged_into", "request_count")
        record(call, actor, Kind.MERGED, attribute="merged_into", new=str(ticket.number))
        take_in(ticket, call, actor, Kind.ASKED_AGAIN)


def _clean_text(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def _next_number(team: Team) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [number_sequence(team)])
        number: int = cursor.fetchone()[0]
    return number


def take_in(target: Ticket, ticket: Ticket, actor: Actor, kind: TicketEvent.Kind) -> None:
    """Count a folded ticket's calls in, and record it; its question becomes that of the target, where that has none."""
    target.request_count += ticket.request_count
    target.question = target.question or ticket.question
    save_change(target, "request_count", "question")
    record(target, actor, kind, attribute="merged_tickets", new=str(ticket.number))


def _return_to_inbox(ticket: Ticket, actor: Actor) -> None:
    """A learner who asks again is not waited for, and what was put off is due."""
    if ticket.snoozed_until:
        _set_snoozed_until(ticket, actor, None)
    if ticket.status == Status.PENDING:
        _set_status(ticket, actor, Status.OPEN)


def number_sequence(team: Team) -> str:
    """The database's sequence of the team's ticket numbers; it comes and goes with the team, by a trigger.

    Tickets are opened side by side, without waiting for each other's numbers; a transaction that is rolled back leaves
    a gap.
    """
    return f"ticket_number_of_team_{team.pk}"


@action
def assign_ticket(ticket: Ticket, actor: Actor, assignee: User) -> None:
    """Make a member responsible; a new ticket becomes open. Refuses people who cannot work on the team's tickets."""
    if ticket.assignee_id == assignee.pk:
        return
    if not assignee.memberships.able_to_work().filter(team=ticket.team_id).exists():
        raise ActionRefused(_("%(name)s cannot work on this team's tickets.") % {"name": assignee})
    old, ticket.assignee = ticket.assignee, assignee
    save_change(ticket, "assignee")
    record(ticket, actor, Kind.ASSIGNED, attribute="assignee", old=old, new=assignee)
    if ticket.status == Status.NEW:
        _set_status(ticket, actor, Status.OPEN)


def take_ticket(ticket: Ticket, actor: Actor) -> None:
    """Make the acting person responsible."""
    if actor.user is None:
        raise ActionRefused(_("Only a person can take a ticket."))
    assign_ticket(ticket, actor, actor.user)


@action
def unassign_ticket(ticket: Ticket, actor: Actor) -> None:
    """Leave the ticket to whoever takes it next."""
    if ticket.assignee is None:
        return
    old, ticket.assignee = ticket.assignee, None
    save_change(ticket, "assignee")
    record(ticket, actor, Kind.UNASSIGNED, attribute="assignee", old=old)


@action
def change_status(ticket: Ticket, actor: Actor, status: str) -> None:
    """Move the ticket along its workflow. Refuses steps that NEXT_STATUSES does not list."""
    if ticket.status == status:
        return
    if status not in ticket.next_statuses:
        raise ActionRefused(
            _("A ticket that is “%(old)s” cannot become “%(new)s”.")
            % {
                "old": Status(ticket.status).label,
                "new": Status(status).label if status in Status.values else status,
            }
        )
    _set_status(ticket, actor, Status(status))


def resolve_ticket(ticket: Ticket, actor: Actor) -> None:
    """The learner has been helped."""
    change_status(ticket, actor, Status.RESOLVED)


@action
def reopen_ticket(ticket: Ticket, actor: Actor) -> None:
    """Take a finished ticket up again."""
    if not ticket.is_finished:
        return
    _set_status(ticket, actor, Status.OPEN)


def _set_status(ticket: Ticket, actor: Actor, status: Status) -> None:
    old, ticket.status = Status(ticket.status), status
    was_done, is_done = old in DONE_STATUSES, status in DONE_STATUSES
    if is_done != was_done:
        ticket.resolved_at = timezone.now() if is_done else None
    if is_done:
        ticket.snoozed_until = None
    if ticket.first_responded_at is None and (is_done or status == Status.PENDING):
        ticket.first_responded_at = timezone.now()
    save_change(ticket, "status", "resolved_at", "snoozed_until", "first_responded_at")
    kind = Kind.REOPENED if was_done and not is_done else Kind.STATUS_CHANGED
    record(ticket, actor, kind, attribute="status", old=old, new=status)


@action
def change_priority(ticket: Ticket, actor: Actor, priority: int) -> None:
    """Say how much the ticket matters."""
    if ticket.priority == priority:
        return
    if priority not in Priority.values:
        raise ActionRefused(_("There is no such priority."))
    old, ticket.priority = ticket.priority, priority
    save_change(ticket, "priority")
    record(
        ticket,
        actor,
        Kind.PRIORITY_CHANGED,
        attribute="priority",
        old=Priority(old).name.lower(),
        new=Priority(priority).name.lower(),
    )


@action
def add_tag(ticket: Ticket, actor: Actor, name: str) -> None:
    """Tag the ticket; a tag that the team does not have yet is made."""
    name = clean_key(name)
    if not 1 <= len(name) <= 40:
        raise ActionRefused(_("A tag has 1 to 40 characters."))
    tag, _created = Tag.objects.get_or_create(team_id=ticket.team_id, name=name)
    if ticket.tags.filter(pk=tag.pk).exists():
        return
    ticket.tags.add(tag)
    save_change(ticket)
    record(ticket, actor, Kind.TAGGED, attribute="tags", new=name)


@action
def remove_tag(ticket: Ticket, actor: Actor, name: str) -> None:
    """Take a tag off the ticket."""
    name = clean_key(name)
    tag = ticket.tags.filter(name=name).first()
    if tag is None:
        return
    ticket.tags.remove(tag)
    save_change(ticket)
    record(ticket, actor, Kind.UNTAGGED, attribute="tags", old=name)


@action
def add_note(ticket: Ticket, actor: Actor, body: str) -> None:
    """Write something that the team alone reads."""
    body = _clean_text(body)
    if not body:
        raise ActionRefused(_("Write something first."))
    if len(body) > 20_000:
        raise ActionRefused(_("A note has at most 20,000 characters."))
    note = Message.objects.create(
        team_id=ticket.team_id, ticket=ticket, author=actor.user, author_name=actor.name, body=body
    )
    save_change(ticket)
    record(ticket, actor, Kind.NOTE_ADDED, attribute="note", new=str(note.pk))


@action
def snooze_ticket(ticket: Ticket, actor: Actor, until: datetime) -> None:
    """Take the ticket out of the inbox until a later time (UTC)."""
    if ticket.snoozed_until == until:
        return
    if until <= timezone.now():
        raise ActionRefused(_("Choose a time that is still to come."))
    if until > timezone.now() + LONGEST_SNOOZE:
        raise ActionRefused(_("Choose a time within the next five years."))
    if ticket.is_finished:
        raise ActionRefused(_("A finished ticket cannot be snoozed."))
    _set_snoozed_until(ticket, actor, until)


@action
def unsnooze_ticket(ticket: Ticket, actor: Actor) -> None:
    """Bring the ticket back into the inbox now."""
    if ticket.snoozed_until is None:
        return
    _set_snoozed_until(ticket, actor, None)


def _set_snoozed_until(ticket: Ticket, actor: Actor, until: datetime | None) -> None:
    old, ticket.snoozed_until = ticket.snoozed_until, until
    save_change(ticket, "snoozed_until")
    record(
        ticket,
        actor,
        Kind.SNOOZED if until else Kind.UNSNOOZED,
        attribute="snoozed_until",
        old=old.isoformat() if old else "",
        new=until.isoformat() if until else "",
    )


@action
def give_back(ticket: Ticket, actor: Actor, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Undo: bring back what these attributes of `state_of` were before. Each that goes back is an event of its own.

    Refuses an assignee who cannot work on the team's tickets any more.
    """
    for name in set(before.get("tags", [])) ^ set(after.get("tags", [])):
        (add_tag if name in before["tags"] else remove_tag)(ticket, actor, name)
    fields = {field.attname: field for field in Ticket._meta.concrete_fields}
    then = {name: fields[name].to_python(value) for name, value in before.items() if name in fields}
    if "priority" in then:
        change_priority(ticket, actor, then["priority"])
    if "assignee_id" in then:
        _give_back_assignee(ticket, actor, then["assignee_id"])
    if then.get("status", ticket.status) != ticket.status:
        _set_status(ticket, actor, Status(then["status"]))
    if then.get("snoozed_until", ticket.snoozed_until) != ticket.snoozed_until:
        _set_snoozed_until(ticket, actor, then["snoozed_until"])
    for name in {"resolved_at", "first_responded_at"} & then.keys():
        setattr(ticket, name, then[name])
        ticket.save(update_fields=[name])


def _give_back_assignee(ticket: Ticket, actor: Actor, pk: int | None) -> None:
    if pk is None:
        unassign_ticket(ticket, actor)
        return
    assignee = User.objects.filter(pk=pk).first()
    if assignee is None:
        raise ActionRefused(_("The person who was responsible is no longer there."))
    assign_ticket(ticket, actor, assignee)


def state_of(ticket: Ticket) -> dict[str, Any]:
    """What an undo brings back, as it is now."""
    names = ["status", "priority", "assignee_id", "snoozed_until", "resolved_at", "first_responded_at"]
    return {name: getattr(ticket, name) for name in names} | {
        "tags": sorted(ticket.tags.values_list("name", flat=True))
    }
