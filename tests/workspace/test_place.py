"""Where a ticket stands in its list, said beside the way to the next one, at a cost that does not grow."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from helpdesk.inbox.filters import TicketFilter
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.workspace import place
from helpdesk.workspace.place import place_of
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(team):
    now = timezone.now()
    return [
        open_ticket(
            team,
            learner=LearnerFactory(team=team, name=f"Aluna {number}"),
            requested_at=now - timedelta(minutes=9 - number),
        )
        for number in range(4)
    ]


def question(team, agent, query=""):
    return TicketFilter(QueryDict(query), team, agent)


def numbers(of):
    return (of.previous_number, of.next_number)


def test_the_page_says_which_of_how_many(page, tickets):
    for at, ticket in enumerate(tickets, 1):
        assert f'<span class="num">{at} of 4</span>' in page.get(f"/t/escola/tickets/{ticket.number}/").text


def test_the_first_has_none_before_and_the_last_leads_to_the_first(in_english, team, agent, tickets):
    first, second, third, last = (ticket.number for ticket in tickets)
    places = [place_of(question(team, agent), ticket) for ticket in tickets]
    assert [numbers(each) for each in places] == [(None, second), (first, third), (second, last), (third, first)]


def test_the_only_one_has_none_around(in_english, team, agent):
    found = place_of(question(team, agent), open_ticket(team))
    assert (numbers(found), found.words) == ((None, None), "1 of 1")


def test_a_ticket_that_is_in_no_place_of_the_list_has_neighbours_and_no_words(in_english, team, agent, tickets):
    actions.resolve_ticket(tickets[1], Actor.system())
    tickets[1].refresh_from_db()
    found = place_of(question(team, agent), tickets[1])
    assert (numbers(found), found.words) == ((tickets[0].number, tickets[2].number), "")


@pytest.mark.parametrize(
    ("capped", "words"),
    [(4, ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]), (3, ["1 of 3+", "2 of 3+", "3 of 3+", "after the first 3"])],
)
def test_it_is_counted_no_further_than_the_cap(in_english, team, agent, tickets, monkeypatch, capped, words):
    monkeypatch.setattr(place, "COUNTED", capped)
    places = [place_of(question(team, agent), ticket) for ticket in tickets]
    assert [each.words for each in places] == words
    assert [each.next_number for each in places] == [ticket.number for ticket in [*tickets[1:], tickets[0]]]


def test_the_place_in_a_search_is_that_among_what_was_found(in_english, team, agent, tickets):
    found = place_of(question(team, agent, "q=aluna"), tickets[3])
    assert (found.words, found.next_number) == ("1 of 4", tickets[2].number)


def test_it_costs_one_query_however_long_the_list_is(in_english, team, agent, tickets, django_assert_num_queries):
    asked = question(team, agent)
    with django_assert_num_queries(1):
        place_of(asked, tickets[1])
    for _ in range(30):
        open_ticket(team)
    with django_assert_num_queries(1):
        place_of(asked, tickets[1])


def test_one_further_down_costs_two(in_english, team, agent, tickets, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(place, "COUNTED", 3)
    with django_assert_num_queries(2):
        assert place_of(question(team, agent), tickets[3]).words == "after the first 3"


def test_one_that_is_snoozed_is_not_further_down(in_english, team, agent, tickets, monkeypatch):
    monkeypatch.setattr(place, "COUNTED", 2)
    actions.snooze_ticket(tickets[3], Actor.system(), timezone.now() + timedelta(days=1))
    tickets[3].refresh_from_db()
    assert place_of(question(team, agent), tickets[3]).words == ""
