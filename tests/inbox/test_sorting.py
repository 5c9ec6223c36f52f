"""The orders of the list: by wait, newest, last activity; each on pages that follow one another, kept with a view."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from helpdesk.inbox import views
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import adjacent_numbers, head_of
from helpdesk.inbox.models import SavedView
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def five_tickets(team):
    """Asked for one after the other, the second urgent; the one that was touched last is the third."""
    now, made = timezone.now(), []
    for number in range(5):
        learner = LearnerFactory(team=team, name=f"L{number}")
        made.append(open_ticket(team, learner=learner, requested_at=now - timedelta(minutes=10 - number)))
    actions.change_priority(made[1], Actor.system(), 4)
    for number, minutes in enumerate((5, 3, 1, 2, 4)):
        Ticket.objects.filter(pk=made[number].pk).update(last_activity_at=now - timedelta(minutes=minutes))
    return made


def seen(page, query):
    """The names on all pages, one after the other."""
    names = []
    while query:
        response = page.get(f"/t/escola/?{query}")
        names += [row.learner.name for group in response.context["groups"] for row in group.rows]
        query = response.context["page"].next_query
    return " ".join(names)


@pytest.mark.parametrize("size", [1, 2, 50])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("shown=", "L1 L0 L2 L3 L4"),
        ("sort=wait", "L1 L0 L2 L3 L4"),
        ("sort=newest", "L4 L3 L2 L1 L0"),
        ("sort=activity", "L2 L3 L1 L4 L0"),
        ("sort=oldest", "L0 L1 L2 L3 L4"),
        ("sort=oldest&status=all", "L0 L1 L2 L3 L4"),
        ("q=l", "L4 L3 L2 L1 L0"),
        ("q=l&sort=oldest", "L0 L1 L2 L3 L4"),
        ("q=l&sort=oldest&status=new&assignee=none", "L0 L1 L2 L3 L4"),
        ("status=all", "L4 L3 L2 L1 L0"),
        ("status=all&sort=activity", "L2 L3 L1 L4 L0"),
    ],
)
def test_every_order_is_paginated(page, five_tickets, monkeypatch, size, query, expected):
    monkeypatch.setattr(views, "PAGE_SIZE", size)
    assert seen(page, query) == expected


def test_only_the_order_by_wait_has_groups(page, five_tickets):
    by_wait, newest = page.get("/t/escola/").context["groups"], page.get("/t/escola/?sort=newest").context["groups"]
    assert [str(group.label) for group in by_wait] == ["Urgent", "On time"]
    assert [str(group.label) for group in newest] == [""]


@pytest.mark.parametrize(
    "query", ["sort=wait&status=all", "sort=wait&status=done", "sort=wait&q=l", "sort=activity&q=l"]
)
def test_an_order_not_available_for_these_tickets_is_ignored(page, five_tickets, query):
    response = page.get(f"/t/escola/?{query}")
    assert "sort" not in response.context["filter"].criteria
    assert "no tickets are shown" not in response.text


def test_an_unknown_order_is_reported(page, five_tickets):
    response = page.get("/t/escola/?sort=luck")
    assert "“luck” does not exist" in response.text
    assert response.context["page"].tickets == []


def test_a_place_in_another_order_is_the_first_page(page, five_tickets, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    after = page.get("/t/escola/").context["page"].next_query.partition("after=")[2]
    assert len(page.get(f"/t/escola/?sort=newest&after={after}").context["page"].tickets) == 2


def test_next_and_previous_follow_the_order(team, five_tickets):
    question = TicketFilter(QueryDict("sort=activity"), team)
    third = Ticket.objects.get(pk=five_tickets[3].pk)
    assert adjacent_numbers(question, third) == (five_tickets[2].number, five_tickets[1].number)


def test_a_built_in_view_in_another_order_keeps_its_name_and_can_be_saved(page, team, agent, five_tickets):
    response = page.get("/t/escola/?assignee=none&sort=newest")
    assert str(response.context["filter"].title) == "Unassigned"
    assert [str(chip.label) for chip in response.context["chips"]] == ["Sort by: Newest first"]
    page.post("/t/escola/views/", {"name": "Novos", "query": "assignee=none&sort=newest"})
    view = SavedView.objects.get(team=team, owner=agent)
    assert QueryDict(view.query).dict() == {"assignee": "none", "sort": "newest"}


def test_next_and_previous_follow_the_order_of_a_search(team, five_tickets):
    question = TicketFilter(QueryDict("q=l&sort=oldest"), team)
    third = Ticket.objects.get(pk=five_tickets[2].pk)
    assert adjacent_numbers(question, third) == (five_tickets[1].number, five_tickets[3].number)
    assert head_of(question)[:2] == [(ticket.pk, ticket.number) for ticket in five_tickets[:2]]
