"""Declares the personal data that this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext

from helpdesk.courses.search import bearing_address
from helpdesk.privacy.pseudonymization import pseudonymized
from helpdesk.privacy.purposes import ANSWERING, TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import BY_RETENTION, FROM_CONVERSATION, FROM_LEARNER, WITH_LEARNER, WITH_TEAM, WITH_TICKET
from helpdesk.tickets.models import Message, Ticket, TicketEvent

WRITTEN_AT_ONCE = 200  # rows per UPDATE, which contains all new values of each row


def _admin_entries(person: Person) -> Rows:
    """Admin log entries about the learner and their tickets, found by key: text could match other teams' entries."""
    tickets = Ticket.objects.filter(learner=person.learner_id).values(key=Cast("pk", CharField()))
    is_of_them = Q(content_type__app_label="courses", content_type__model="learner", object_id=str(person.learner_id))
    is_of_them |= Q(content_type__app_label="tickets", content_type__model="ticket", object_id__in=tickets)
    return LogEntry.objects.filter(is_of_them).exclude(object_repr="", change_message="")


def _messages(person: Person) -> Rows:
    """Messages on the learner's tickets, by any author, that are not emptied yet."""
    is_left = ~Q(body="") | ~Q(quoted="") | ~Q(author_email="") | ~Q(mentions=[])
    is_left |= Q(kind=Message.Kind.LEARNER) & ~Q(author_name="")
    return Message.objects.filter(is_left, ticket__learner=person.learner_id)


def _empty_messages(person: Person, rows: list[Message]) -> None:
    empty_messages(rows)


def empty_messages(rows: Iterable[Message]) -> None:
    """Delete the messages' text, addresses and mentions; which team member wrote when is kept."""
    rows = list(rows)
    for message in rows:
        if message.kind == Message.Kind.LEARNER or message.author_email:
            message.author_name = ""
        message.body, message.quoted, message.author_email, message.mentions = "", "", "", []
    Message.objects.bulk_update(
        rows, ["body", "quoted", "author_name", "author_email", "mentions"], batch_size=WRITTEN_AT_ONCE
    )


def _messages_elsewhere(person: Person) -> Rows:
    """What the learner wrote by e-mail on other learners' tickets."""
    return Message.objects.filter(team=person.team_id, author_email=person.email)


def _empty_messages_elsewhere(person: Person, rows: list[Message]) -> None:
    """Empty the messages. The pseudonym replaces the address, so that a message's files can still be found by it."""
    Message.objects.filter(pk__in=[message.pk for message in rows]).update(
        body="", quoted="", author_name="", author_email=person.pseudonym, mentions=[]
    )


def messages_elsewhere(person: Person) -> QuerySet[Message]:
    """What the learner wrote by e-mail on other learners' tickets, emptied or not."""
    return Message.objects.filter(team=person.team_id, author_email__in=[person.email, person.pseudonym])


def _on_tickets_of_others(person: Person) -> QuerySet[Message]:
    return Message.objects.filter(team=person.team_id).exclude(ticket__learner=person.learner_id)


def _bodies_of_others(person: Person) -> Rows:
    """Messages on other learners' tickets that may contain the address."""
    return bearing_address(_on_tickets_of_others(person), "body", person.email)


def _quoted_by_others(person: Person) -> Rows:
    """All messages with quoted text on other learners' tickets, because there is no search index on that text."""
    return _on_tickets_of_others(person).exclude(quoted="")


def _questions_of_others(person: Person) -> Rows:
    """Other learners' tickets whose question may contain the address."""
    tickets = Ticket.objects.filter(team=person.team_id).exclude(learner=person.learner_id).exclude(question="")
    return bearing_address(tickets, "question", person.email)


IS_NAMING = Q(actor_kind=TicketEvent.ActorKind.LEARNER) & ~Q(actor_name="")
IS_TELLING = Q(kind=TicketEvent.Kind.SENDING_FAILED) & ~Q(facts__reason="")


def _events_naming(person: Person) -> Rows:
    """Events on the learner's tickets that contain their name, or their mail server's response."""
    return TicketEvent.objects.filter(IS_NAMING | IS_TELLING, ticket__learner=person.learner_id)


def _forget_facts(person: Person, rows: list[TicketEvent]) -> None:
    forget_facts(rows)


def forget_facts(rows: Iterable[TicketEvent]) -> None:
    """Delete learners' names and mail servers' responses; the events themselves are kept."""
    rows = list(rows)
    for event in rows:
        if event.actor_kind == TicketEvent.ActorKind.LEARNER:
            event.actor_name = ""
        if event.kind == TicketEvent.Kind.SENDING_FAILED:
            event.facts = event.facts | {"reason": ""}
    TicketEvent.objects.bulk_update(rows, ["actor_name", "facts"], batch_size=WRITTEN_AT_ONCE)
    _empty_old_column([event.pk for event in rows if event.kind == TicketEvent.Kind.SENDING_FAILED])


OLD_COLUMN = """
    SELECT FROM pg_attribute
    WHERE attrelid = 'tickets_ticketevent'::regclass AND attname = 'new_value' AND NOT attisdropped
"""


def _empty_old_column(pks: list[int]) -> None:
    """Empty the column that `facts` replaced and that repeats the response, if the database still has it (0036)."""
    with connection.cursor() as cursor:
        cursor.execute(OLD_COLUMN)
        if pks and cursor.fetchone() is not None:
            cursor.execute("UPDATE tickets_ticketevent SET new_value = '' WHERE id = ANY(%s)", [pks])


def _events_elsewhere(person: Person) -> Rows:
    """Events on other learners' tickets that name this learner as author: `name <address>`, or the address alone."""
    written = dict(messages_elsewhere(person).values_list("pk", "ticket"))
    is_naming = Q(actor_name__iendswith=f"<{person.email}>") | Q(actor_name__iexact=person.email)
    is_naming |= Q(facts__message__in=list(written))  # if the name was so long that the address was cut off
    events = TicketEvent.objects.filter(is_naming, actor_kind=TicketEvent.ActorKind.LEARNER)
    return events.filter(ticket__in=set(written.values())).exclude(actor_name="")


def _forget_actor(person: Person, rows: list[TicketEvent]) -> None:
    TicketEvent.objects.filter(pk__in=[event.pk for event in rows]).update(actor_name="")


def _export_message(person: Person, message: Message) -> dict[str, Any]:
    """A message, its author by their role only: no colleagues' names, no other people's addresses.

    If somebody else's message was taken back, it had been filed here by mistake, so its text is left out.
    """
    is_mistaken = message.cancelled_at and message.author_email not in {"", person.email}
    return {
        "written_at": message.created_at,
        "by": _author(person, message),
        "channel": message.get_channel_display(),
        "text": "" if is_mistaken else message.body,
        "quoted": "" if is_mistaken else message.quoted,
        "topic": message.get_topic_display(),
        "cancelled_at": message.cancelled_at,
    }


def _author(person: Person, message: Message) -> str:
    if message.author_email:
        return gettext("the learner") if message.author_email == person.email else gettext("somebody else")
    return gettext("the learner") if message.kind == Message.Kind.LEARNER else gettext("the team")


def _export_event(person: Person, event: TicketEvent) -> dict[str, Any]:
    """What happened, and the kind of actor; which team members were involved is left out."""
    told = {"reason": event.facts["reason"]} if event.facts.get("reason") else {}
    by = event.get_actor_kind_display()
    return {"happened_at": event.created_at, "what": event.get_kind_display(), "by": by} | told


DECLARED = [
    Holding(
        "admin.LogEntry",
        Subject.LEARNER,
        "object_repr change_message",
        TEAMWORK,
        WITH_TEAM,
        Erasure.BLANK,
        is_exported=False,
        find=_admin_entries,
    ),
    Holding(
        "tickets.Ticket",
        Subject.LEARNER,
        "question",
        ANSWERING,
        BY_RETENTION,
        Erasure.BLANK,
        origin=FROM_LEARNER,
        learner="learner",
    ),
    Holding(
        "tickets.Message",
        Subject.LEARNER,
        "body quoted author_name author_email mentions",
        ANSWERING,
        BY_RETENTION,
        Erasure.BLANK,
        origin=FROM_CONVERSATION,
        view=_export_message,
        find=_messages,
        erase_rows=_empty_messages,
    ),
    Holding(
        "tickets.Message",
        Subject.LEARNER,
        "body quoted author_name author_email",
        ANSWERING,
        BY_RETENTION,
        Erasure.PSEUDONYM,
        origin=FROM_CONVERSATION,
        part="elsewhere",
        view=_export_message,
        find=_messages_elsewhere,
        by_address=True,
        erase_rows=_empty_messages_elsewhere,
    ),
    Holding(
        "tickets.TicketEvent",
        Subject.LEARNER,
        "actor_name facts",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        origin=FROM_CONVERSATION,
        view=_export_event,
        find=_events_naming,
        erase_rows=_forget_facts,
    ),
    Holding(
        "tickets.TicketEvent",
        Subject.LEARNER,
        "actor_name",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        is_exported=False,
        part="elsewhere",
        find=_events_elsewhere,
        by_address=True,
        erase_rows=_forget_actor,
    ),
    pseudonymized("tickets.Message", "body", ANSWERING, WITH_TICKET, _bodies_of_others),
    pseudonymized("tickets.Message", "quoted", ANSWERING, WITH_TICKET, _quoted_by_others),
    pseudonymized("tickets.Ticket", "question", ANSWERING, WITH_TICKET, _questions_of_others),
    Holding("tickets.Message", Subject.MEMBER, "author_name", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.TicketEvent", Subject.MEMBER, "actor_name facts", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Impersonal("tickets.Tag", "name", "What tickets are about; the team sees to it that no tag names anybody."),
]
