"""Changing tickets through the API: each method parses what was sent, calls one action, and shows the ticket again."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import InstantField, NamedChoiceField, TextField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.courses.actions import upsert_learner
from helpdesk.courses.models import Course
from helpdesk.teams.models import User
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.api import PRIORITIES, TicketDetail, TicketQuery, TicketSerializer, TicketView
from helpdesk.tickets.list_api import TicketList
from helpdesk.tickets.models import Priority, Status, Ticket

MOST_TAGS = 20
# What every change of one ticket shares: it shows the ticket as it is then, heeds If-Match, and may be refused.
changes = partial(operation, response=TicketSerializer, query=TicketQuery, if_match=True)


class TagField(TextField):
    """The name of a tag."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)


class NewLearner(StrictSerializer):
    """Who asks; found by the address, or made."""

    email = serializers.EmailField(max_length=254, help_text="The learner's address.")
    name = TextField(required=False, allow_blank=True, max_length=255, help_text="The learner's name.")


class NewTicket(StrictSerializer):
    """A call for help that came by another way than the button in the course."""

    example = {
        "learner": {"email": "mariana@example.com", "name": "Mariana Ribeiro"},
        "priority": "high",
        "tags": ["acesso"],
        "question": "Onde está o link da aula 3?",
        "note": "Ligou: não consegue entrar na aula 3.",
    }
    learner = NewLearner(help_text="Who asks.")
    course = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="The key of the course that it is about."
    )
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="How much it matters; the default is `normal`.")
    tags = serializers.ListField(
        child=TagField(help_text="A tag."), required=False, max_length=MOST_TAGS, help_text="Tags to put on."
    )
    question = TextField(required=False, max_length=20_000, help_text="What the learner wants to know, in their words.")
    note = TextField(required=False, max_length=20_000, help_text="What the team should know; nobody else reads it.")


class TicketChange(StrictSerializer):
    """What to change; the rest stays."""

    example = {"status": "pending", "priority": "urgent"}
    status = serializers.ChoiceField(
        [status for status in Status.values if status != Status.NEW],
        required=False,
        help_text="The status to move on to. A finished ticket is reopened by `open`.",
    )
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="How much it matters.")


class NewAssignment(StrictSerializer):
    """Who is to be responsible."""

    example = {"assignee": 7}
    assignee = serializers.IntegerField(min_value=1, help_text="The key of a member who works on tickets.")


class NewSnooze(StrictSerializer):
    """Until when the ticket is out of the inbox."""

    example = {"until": "2099-03-02T12:00:00Z"}
    until = InstantField(help_text="A moment that is still to come.")


class NewTag(StrictSerializer):
    """A tag to put on."""

    example = {"tag": "vídeo"}
    tag = TagField(help_text="Its name; a tag that the team does not have yet is made.")


class NewMerge(StrictSerializer):
    """Where to fold the ticket into."""

    example = {"into": 1037}
    into = serializers.IntegerField(min_value=1, help_text="The number of another ticket of the same learner.")


class CreateTicket(TicketList):
    """The team's tickets, and making one."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_OPEN}

    @operation(
        "create_ticket",
        "Create a ticket",
        query=TicketQuery,
        body=NewTicket,
        response=TicketSerializer,
        status=201,
        located=True,
        versioned=True,
    )
    def post(self, request: Any) -> Response:
        """The learner is found by their address, or made.

        Where the learner has an unfinished ticket for that course, the new one is folded into it at once, as a
        repeated call for help is: `merged_into` tells, and priority, tags and note go to that one, and the question too
        where it has none.
        """
        data = self.body
        with transaction.atomic(), self.conflicts():
            ticket = self._open(data)
            shown = ticket.merged_into or ticket
            if "priority" in data and data["priority"] != Priority.NORMAL:
                actions.change_priority(shown, self.actor, data["priority"])
            for tag in data.get("tags", []):
                actions.add_tag(shown, self.actor, tag)
            if "note" in data:
                actions.add_note(shown, self.actor, data["note"])
        is_fresh = shown is ticket and ticket.version == 1
        response = self.show_found(ticket, 201) if is_fresh else self.show_ticket(ticket.number, 201)
        response["Location"] = f"/api/v1/tickets/{ticket.number}"
        return response

    def _open(self, data: dict[str, Any]) -> Ticket:
        course, now = None, timezone.now()
        if data.get("course"):
            course = Course.objects.for_team(self.team).filter(pk=data["course"]).select_related("producer").first()
            if course is None:
                raise Conflict(_("The team has no such course."), "course")
        email, name = data["learner"]["email"], data["learner"].get("name", "")
        return actions.open_ticket(
            self.team,
            self.actor,
            learner=upsert_learner(self.team, email=email, name=name, at=now),
            course=course,
            producer=course.producer if course else None,
            requested_at=now,
            question=data.get("question", ""),
        )


class ChangeTicket(TicketDetail):
    """One ticket, and changing it."""

    permissions = {"GET": Permission.TICKET_VIEW, "PATCH": Permission.TICKET_CHANGE}

    @changes("change_ticket", "Change a ticket", body=TicketChange)
    def patch(self, request: Any, number: int) -> Response:
        """Status and priority. Other changes have an address of their own below the ticket."""

        def act(ticket: Ticket) -> None:
            if "priority" in self.body:
                actions.change_priority(ticket, self.actor, self.body["priority"])
            if "status" in self.body:
                actions.change_status(ticket, self.actor, self.body["status"])

        return self.change(number, act)


class Assignment(TicketView):
    """Who is responsible for a ticket."""

    permissions = {"PUT": Permission.TICKET_ASSIGN, "DELETE": Permission.TICKET_ASSIGN}

    @changes("assign_ticket", "Assign a ticket", body=NewAssignment)
    def put(self, request: Any, number: int) -> Response:
        """A new ticket becomes open by that."""
        self.find(number)
        person = User.objects.filter(memberships__team=self.team, pk=self.body["assignee"]).first()
        if person is None:
            raise Conflict(_("The team has no such member."), "assignee")
        return self.change(number, lambda ticket: actions.assign_ticket(ticket, self.actor, person))

    @changes("unassign_ticket", "Release a ticket")
    def delete(self, request: Any, number: int) -> Response:
        """Nobody is responsible any more."""
        return self.change(number, lambda ticket: actions.assign_ticket(ticket, self.actor, None))


class Resolution(TicketView):
    """That the learner has been helped."""

    permissions = {"PUT": Permission.TICKET_CHANGE, "DELETE": Permission.TICKET_CHANGE}

    @changes("resolve_ticket", "Resolve a ticket")
    def put(self, request: Any, number: int) -> Response:
        """The learner has been helped."""
        return self.change(number, lambda ticket: actions.resolve_ticket(ticket, self.actor))

    @changes("reopen_ticket", "Reopen a ticket")
    def delete(self, request: Any, number: int) -> Response:
        """A finished ticket is taken up again."""
        return self.change(number, lambda ticket: actions.reopen_ticket(ticket, self.actor))


class Snooze(TicketView):
    """That a ticket is out of the inbox for a time."""

    permissions = {"PUT": Permission.TICKET_CHANGE, "DELETE": Permission.TICKET_CHANGE}

    @changes("snooze_ticket", "Snooze a ticket", body=NewSnooze)
    def put(self, request: Any, number: int) -> Response:
        """It comes back by itself at that moment, or when the learner asks again."""
        return self.change(number, lambda ticket: actions.snooze_ticket(ticket, self.actor, self.body["until"]))

    @changes("unsnooze_ticket", "Bring a ticket back")
    def delete(self, request: Any, number: int) -> Response:
        """Into the inbox, now."""
        return self.change(number, lambda ticket: actions.unsnooze_ticket(ticket, self.actor))


class Tags(TicketView):
    """The tags of a ticket."""

    permissions = {"POST": Permission.TICKET_CHANGE}

    @changes("tag_ticket", "Tag a ticket", body=NewTag)
    def post(self, request: Any, number: int) -> Response:
        """A tag that it has already is no change."""
        return self.change(number, lambda ticket: actions.add_tag(ticket, self.actor, self.body["tag"]))


class TagOfTicket(TicketView):
    """One tag of a ticket."""

    permissions = {"DELETE": Permission.TICKET_CHANGE}

    @changes("untag_ticket", "Take a tag off")
    def delete(self, request: Any, number: int, name: str) -> Response:
        """One that it does not have is no change."""
        return self.change(number, lambda ticket: actions.remove_tag(ticket, self.actor, name))


class Merge(TicketView):
    """That a ticket is folded into another."""

    permissions = {"PUT": Permission.TICKET_MERGE, "DELETE": Permission.TICKET_MERGE}

    @changes("merge_ticket", "Fold a ticket into another", body=NewMerge)
    def put(self, request: Any, number: int) -> Response:
        """The other one stands for both from then on."""
        self.find(number)
        into = Ticket.objects.for_team(self.team).filter(number=self.body["into"]).first()
        if into is None:
            raise Conflict(_("The team has no such ticket."), "into")
        return self.change(number, lambda ticket: actions.merge_ticket(ticket, self.actor, into))

    @changes("unmerge_ticket", "Split a ticket off")
    def delete(self, request: Any, number: int) -> Response:
        """It stands for itself again."""
        return self.change(number, lambda ticket: actions.unmerge_ticket(ticket, self.actor))
