"""A bulk change runs only as long as its author may change tickets."""

import pytest

from helpdesk.api.actions import create_token, revoke_token
from helpdesk.bulk import actions as bulk
from helpdesk.bulk.models import BulkChangeItem
from helpdesk.teams.models import Membership, User
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Ticket
from tests.factories import open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
Outcome = BulkChangeItem.Outcome


def create_change(ticket, actor):
    return bulk.create_change(ticket.team, actor, "priority", "4", Ticket.objects.filter(pk=ticket.pk), most=10)


def what_came_of(change):
    bulk.make_steps(change, 60)
    item = change.items.get()
    return item.outcome, item.ticket.priority


ENDINGS = {
    "left": lambda user: Membership.objects.filter(user=user).delete(),
    "demoted": lambda user: Membership.objects.filter(user=user).update(role=Role.VIEWER),
    "deleted": lambda user: user.delete(),
    "deactivated": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_a_change_is_refused_once_its_author_has_lost_the_rights(ticket, actor, end):
    change = create_change(ticket, actor)
    end(actor.user)
    assert what_came_of(change) == (Outcome.REFUSED, Priority.NORMAL)
    change.refresh_from_db()
    assert change.state == "done"
    assert change.items.get().reason


def test_an_undo_is_refused_too(ticket, actor, other_actor):
    change = create_change(ticket, actor)
    assert what_came_of(change) == (Outcome.CHANGED, Priority.URGENT)
    bulk.start_undo(change, other_actor)
    ENDINGS["left"](other_actor.user)
    assert what_came_of(change) == (Outcome.NOT_UNDONE, Priority.URGENT)


def test_others_can_undo_it_after_its_author_left(ticket, actor, other_actor):
    change = create_change(ticket, actor)
    what_came_of(change)
    ENDINGS["left"](actor.user)
    bulk.start_undo(change, other_actor)
    assert what_came_of(change) == (Outcome.UNDONE, Priority.NORMAL)


@pytest.mark.parametrize("is_revoked", [True, False])
def test_a_tokens_change_is_refused_once_it_is_revoked(team, agent, is_revoked):
    ticket = open_ticket(team)
    token, _key = create_token(team, "Planilha", by=agent)
    change = create_change(ticket, Actor.token("Planilha", token.pk))
    if is_revoked:
        revoke_token(token)
    expected = (Outcome.REFUSED, Priority.NORMAL) if is_revoked else (Outcome.CHANGED, Priority.URGENT)
    assert what_came_of(change) == expected
