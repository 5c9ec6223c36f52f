"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from urllib.parse import parse_qs

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http import QueryDict

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import ANSWERING, TEAMWORK, WITH_LEARNER, WITH_TEAM
from helpdesk.tickets.models import Message, SavedView, Ticket, TicketEvent


def _admin_entries(person: Person) -> Rows:
    """What the admin wrote of them, of their tickets, and of whatever else was called by their address or name."""
    tickets = Ticket.objects.filter(learner=person.learner_id).values(key=Cast("pk", CharField()))
    is_of_them = Q(content_type__app_label="courses", content_type__model="learner", object_id=str(person.learner_id))
    is_of_them |= Q(content_type__app_label="tickets", content_type__model="ticket", object_id__in=tickets)
    for word in person.words:
        is_of_them |= Q(object_repr__icontains=word) | Q(change_message__icontains=word)
    return LogEntry.objects.filter(is_of_them).exclude(object_repr="", change_message="")


def _views_naming(person: Person) -> Rows:
    return SavedView.objects.filter(team=person.team_id, query__contains="q=")


def is_looked_for(person: Person, view: SavedView) -> bool:
    """Whether the view asks for this person by their address or name."""
    asked = " ".join(parse_qs(view.query).get("q", [])).lower()
    return any(word in asked for word in person.words)


def _forget_search(person: Person, rows: list[SavedView]) -> None:
    """The view asks for all that it asked for, but for the words."""
    for view in rows:
        query = QueryDict(view.query, mutable=True)
        query.pop("q")
        SavedView.objects.filter(pk=view.pk).update(query=query.urlencode())


def _messages(person: Person) -> Rows:
    """What was written on their tickets, by whomever, and is there still."""
    is_left = ~Q(body="") | ~Q(quoted="") | ~Q(author_email="") | ~Q(mentions=[])
    is_left |= Q(kind=Message.Kind.LEARNER) & ~Q(author_name="")
    return Message.objects.filter(is_left, ticket__learner=person.learner_id)


def _empty_messages(person: Person, rows: list[Message]) -> None:
    """Who of the team wrote, and when, stays."""
    for message in rows:
        if message.kind == Message.Kind.LEARNER or message.author_email:
            message.author_name = ""
        message.body, message.quoted, message.author_email, message.mentions = "", "", "", []
    Message.objects.bulk_update(rows, ["body", "quoted", "author_name", "author_email", "mentions"])


def _events_naming(person: Person) -> Rows:
    """Those that name the learner, or repeat what their mail server answered."""
    is_naming = Q(actor_kind=TicketEvent.ActorKind.LEARNER) & ~Q(actor_name="")
    is_telling = Q(kind=TicketEvent.Kind.SENDING_FAILED) & ~Q(facts__reason="")
    return TicketEvent.objects.filter(is_naming | is_telling, ticket__learner=person.learner_id)


def _forget_facts(person: Person, rows: list[TicketEvent]) -> None:
    for event in rows:
        if event.actor_kind == TicketEvent.ActorKind.LEARNER:
            event.actor_name = ""
        if event.kind == TicketEvent.Kind.SENDING_FAILED:
            event.facts, event.old_value, event.new_value = event.facts | {"reason": ""}, "", ""
    TicketEvent.objects.bulk_update(rows, ["actor_name", "facts", "old_value", "new_value"])


DECLARED = [
    Holding(
        "admin.LogEntry",
        Subject.LEARNER,
        "object_repr change_message",
        TEAMWORK,
        WITH_TEAM,
        Erasure.BLANK,
        find=_admin_entries,
    ),
    Holding("tickets.Ticket", Subject.LEARNER, "question", ANSWERING, WITH_LEARNER, Erasure.BLANK, learner="learner"),
    Holding(
        "tickets.Message",
        Subject.LEARNER,
        "body quoted author_name author_email mentions",
        ANSWERING,
        WITH_LEARNER,
        Erasure.BLANK,
        find=_messages,
        erase_rows=_empty_messages,
    ),
    Holding(
        "tickets.TicketEvent",
        Subject.LEARNER,
        "actor_name facts old_value new_value",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        find=_events_naming,
        erase_rows=_forget_facts,
    ),
    Holding(
        "tickets.SavedView",
        Subject.LEARNER,
        "query",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        is_exported=False,
        find=_views_naming,
        matches=is_looked_for,
        erase_rows=_forget_search,
    ),
    Holding("tickets.Message", Subject.MEMBER, "author_name", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.TicketEvent", Subject.MEMBER, "actor_name facts", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.SavedView", Subject.MEMBER, "name query", TEAMWORK, WITH_TEAM, Erasure.DELETE),
    Impersonal("tickets.TicketEvent", "attribute", "Which attribute it was."),
    Impersonal("tickets.Tag", "name", "What tickets are about; the team sees to it that no tag names anybody."),
]
