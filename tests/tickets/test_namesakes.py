"""Two people of one name are two people: told apart where they are chosen, and by key in the history."""

import re

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import TicketEvent
from tests.factories import MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory(slug="escola")


@pytest.fixture
def ana(team):
    return MembershipFactory(team=team, user__name="Ana", user__email="ana@example.com").user


@pytest.fixture
def other(team):
    return MembershipFactory(team=team, user__name="Ana", user__email="other@example.com").user


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_equal_names_have_their_email_beside_them_wherever_people_are_chosen(page, team, ana, other):
    ticket = open_ticket(team)
    MembershipFactory(team=team, user__name="Rui")
    for address in ("/t/escola/", f"/t/escola/tickets/{ticket.number}/"):
        options = dict(re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', page.get(address).text))
        assert options[str(ana.pk)] == "Ana (ana@example.com)"
        assert options[str(other.pk)] == "Ana (other@example.com)"
        assert "Rui" in options.values()
    assert "Ana (other@example.com)" in page.get(f"/t/escola/tickets/{ticket.number}/menu/").text


def test_only_who_assigns_to_themselves_took_it(page, team, ana, other):
    given, taken = open_ticket(team), open_ticket(team)
    actions.assign_ticket(given, Actor.person(other), ana)
    actions.take_ticket(taken, Actor.person(other))
    assert "took it" not in page.get(f"/t/escola/tickets/{given.number}/").text
    assert "took it" in page.get(f"/t/escola/tickets/{taken.number}/").text


def test_the_history_keeps_who_it_was_by_key(team, ana, other):
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, Actor.person(other), ana)
    actions.assign_ticket(ticket, Actor.person(ana), other)
    actions.assign_ticket(ticket, Actor.person(ana), None)
    events = TicketEvent.objects.filter(attribute="assignee").order_by("pk")
    assert list(events.values_list("old_person", "new_person")) == [
        (None, ana.pk),
        (ana.pk, other.pk),
        (other.pk, None),
    ]


def test_events_from_before_the_keys_go_by_name(page, team, ana):
    ticket = open_ticket(team)
    actions.take_ticket(ticket, Actor.person(ana))
    TicketEvent.objects.update(new_person=None)
    assert "took it" in page.get(f"/t/escola/tickets/{ticket.number}/").text
