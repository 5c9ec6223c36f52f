"""Who is responsible for a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.actions.assignees import can_work_on, set_assignee
from helpdesk.tickets.actions.recording import action
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused

RELEASED_AT_ONCE = 500  # tickets; a job releases the rest a minute later


@action
def assign_ticket(ticket: Ticket, actor: Actor, assignee: User | None) -> None:
    """Assign the ticket to a member, or unassign it with None; a new ticket that is assigned becomes open.

    Refuses people who cannot work on the team's tickets.
    """
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return
    if assignee and not can_work_on(ticket, assignee):
        name = People(ticket.team, [assignee.pk]).label(assignee.pk)
        raise ActionRefused(_("%(name)s cannot work on this team’s tickets.") % {"name": isolated_text(name)})
    set_assignee(ticket, actor, assignee)
    if assignee and ticket.status == Status.NEW:
        set_status(ticket, actor, Status.OPEN)


def restore_assignee(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo: assign the previous assignee, or nobody. Refuses if they can no longer work on the team's tickets."""
    pk = before["assignee_id"]
    assignee = User.objects.filter(pk=pk).first() if pk else None
    if pk and assignee is None:
        raise ActionRefused(_("The previous assignee is no longer in the team."))
    assign_ticket(ticket, actor, assignee)


def take_ticket(ticket: Ticket, actor: Actor) -> None:
    """Assign the ticket to the acting person. Refuses actors that are not people."""
    if actor.user is None:
        raise ActionRefused(_("Only a person can take a ticket."))
    assign_ticket(ticket, actor, actor.user)


def unassign_ineligible_assignees(actor: Actor, team: Team | None = None) -> None:
    """Unassign unfinished tickets whose assignee may no longer work on them, in this team or in all teams."""
    able = Membership.objects.able_to_work().filter(team=OuterRef("team"), user=OuterRef("assignee"))
    tickets = Ticket.objects.unfinished().filter(~Exists(able), assignee__isnull=False)
    if team:
        tickets = tickets.for_team(team)
    for ticket in tickets.order_by("pk")[:RELEASED_AT_ONCE]:
        with suppress(ActionRefused):  # merged into another ticket in the meantime
            assign_ticket(ticket, actor, None)
