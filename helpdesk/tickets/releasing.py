"""Tickets of people who cannot work on them any more are left to whoever takes them next."""

from __future__ import annotations

from contextlib import suppress

from django.db.models import Exists, OuterRef

from helpdesk.teams.models import Membership, Team, User
from helpdesk.tickets.actions import ActionRefused, unassign_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket

AT_ONCE = 500  # tickets; a job releases what is left, a minute later


def release_tickets(team: Team | None, by: User) -> None:
    """In the name of whoever took the rights away; of one team, or of all."""
    release_unworkable(Actor.person(by), team)


def release_unworkable(actor: Actor, team: Team | None = None) -> None:
    """Unassign unfinished tickets whose assignee may not work on them, each in a transaction of its own."""
    able = Membership.objects.able_to_work().filter(team=OuterRef("team"), user=OuterRef("assignee"))
    tickets = Ticket.objects.unfinished().filter(~Exists(able), assignee__isnull=False)
    if team:
        tickets = tickets.for_team(team)
    for ticket in tickets.order_by("pk")[:AT_ONCE]:
        with suppress(ActionRefused):  # merged into another meanwhile, which stands for it
            unassign_ticket(ticket, actor)
