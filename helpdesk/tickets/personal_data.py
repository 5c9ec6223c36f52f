"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from urllib.parse import parse_qs

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import ANSWERING, TEAMWORK, WITH_LEARNER, WITH_TEAM
from helpdesk.tickets.models import SavedView, Ticket


def _admin_entries(person: Person) -> Rows:
    """What the admin wrote of them, of their tickets, and of whatever else was called by their address or name."""
    tickets = Ticket.objects.filter(learner=person.learner_id).values(key=Cast("pk", CharField()))
    is_of_them = Q(content_type__app_label="courses", content_type__model="learner", object_id=str(person.learner_id))
    is_of_them |= Q(content_type__app_label="tickets", content_type__model="ticket", object_id__in=tickets)
    for word in filter(None, [person.email, person.name]):
        is_of_them |= Q(object_repr__icontains=word) | Q(change_message__icontains=word)
    return LogEntry.objects.filter(is_of_them).exclude(object_repr="", change_message="")


def _views_naming(person: Person) -> Rows:
    return SavedView.objects.filter(team=person.team_id, query__contains="q=")


def is_looked_for(person: Person, view: SavedView) -> bool:
    """Whether the view asks for this person by their address or name."""
    asked = " ".join(parse_qs(view.query).get("q", [])).lower()
    return any(word.lower() in asked for word in (person.email, person.name) if word)


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
    Holding(
        "tickets.Ticket", Subject.LEARNER, "question", ANSWERING, WITH_LEARNER, Erasure.BLANK, learner="learner"
    ),
    Holding(
        "tickets.Message",
        Subject.LEARNER,
        "body quoted author_name author_email mentions",
        ANSWERING,
        WITH_LEARNER,
        Erasure.BLANK,
        learner="ticket__learner",
    ),
    Holding(
        "tickets.TicketEvent",
        Subject.LEARNER,
        "actor_name facts old_value new_value",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        learner="ticket__learner",
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
    ),
    Holding("tickets.Message", Subject.MEMBER, "author_name", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.TicketEvent", Subject.MEMBER, "actor_name facts", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.SavedView", Subject.MEMBER, "name query", TEAMWORK, WITH_TEAM, Erasure.DELETE),
    Impersonal("tickets.TicketEvent", "attribute", "Which attribute it was."),
    Impersonal("tickets.Tag", "name", "What tickets are about; the team sees to it that no tag names anybody."),
]
