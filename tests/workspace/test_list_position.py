"""A ticket's position in its list, shown beside the link to the next one, at a constant cost."""

import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from helpdesk.inbox.filters import TicketFilter
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.workspace import list_position
from helpdesk.workspace.list_position import list_position_of
from helpdesk.workspace.page_urls import number_above
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def four_tickets(team):
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


def test_the_page_shows_the_position_and_the_total(page, four_tickets):
    for at, ticket in enumerate(four_tickets, 1):
        assert f'<span class="num">{at} of 4</span>' in page.get(f"/t/escola/tickets/{ticket.number}/").text


def test_the_first_has_no_previous_and_the_last_is_followed_by_the_first(in_english, team, agent, four_tickets):
    first, second, third, last = (ticket.number for ticket in four_tickets)
    places = [list_position_of(question(team, agent), ticket) for ticket in four_tickets]
    assert [numbers(each) for each in places] == [(None, second), (first, third), (second, last), (third, first)]


def test_a_single_ticket_has_no_neighbours(in_english, team, agent):
    found = list_position_of(question(team, agent), open_ticket(team))
    assert (numbers(found), found.words) == ((None, None), "1 of 1")


def test_a_ticket_no_longer_in_the_list_has_neighbours_but_no_position(in_english, team, agent, four_tickets):
    actions.resolve_ticket(four_tickets[1], Actor.system())
    four_tickets[1].refresh_from_db()
    found = list_position_of(question(team, agent), four_tickets[1])
    assert (numbers(found), found.words) == ((four_tickets[0].number, four_tickets[2].number), "")


@pytest.mark.parametrize(
    ("capped", "words"),
    [(4, ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]), (3, ["1 of 3+", "2 of 3+", "3 of 3+", "after the first 3"])],
)
def test_counting_stops_at_the_limit(in_english, team, agent, four_tickets, monkeypatch, capped, words):
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", capped)
    places = [list_position_of(question(team, agent), ticket) for ticket in four_tickets]
    assert [each.words for each in places] == words
    assert [each.next_number for each in places] == [ticket.number for ticket in [*four_tickets[1:], four_tickets[0]]]


def test_the_position_in_a_search_is_among_its_results(in_english, team, agent, four_tickets):
    found = list_position_of(question(team, agent, "q=aluna"), four_tickets[3])
    assert (found.words, found.next_number) == ("1 of 4", four_tickets[2].number)


def test_it_takes_one_query_however_long_the_list_is(in_english, team, agent, four_tickets, django_assert_num_queries):
    asked = question(team, agent)
    with django_assert_num_queries(1):
        list_position_of(asked, four_tickets[1])
    for _ in range(30):
        open_ticket(team)
    with django_assert_num_queries(1):
        list_position_of(asked, four_tickets[1])


def test_a_position_beyond_the_limit_takes_two_queries(
    in_english, team, agent, four_tickets, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", 3)
    with django_assert_num_queries(2):
        assert list_position_of(question(team, agent), four_tickets[3]).words == "after the first 3"


def test_a_snoozed_ticket_has_no_position(in_english, team, agent, four_tickets, monkeypatch):
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", 2)
    actions.snooze_ticket(four_tickets[3], Actor.system(), timezone.now() + timedelta(days=1))
    four_tickets[3].refresh_from_db()
    assert list_position_of(question(team, agent), four_tickets[3]).words == ""


class TestAfterAChange:
    """The list stays as it is while one reads it, and so does the ticket's place in it."""

    def change(self, page, ticket, change, above, query=""):
        values = {"ticket": f"{ticket.number}-{ticket.version}", "from_ticket": ticket.number, "query": query}
        values |= {"above": above, "change": change}
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/t/escola/tickets/{ticket.number}/"}
        return page.post("/t/escola/changes/", values, headers=headers)

    def above_in(self, text):
        return set(re.findall(r'name="above" value="(.*?)"', text))

    def test_it_keeps_its_place_below_the_same_ticket(self, page, four_tickets):
        first, second, third, _last = four_tickets
        opened = page.get(f"/t/escola/tickets/{second.number}/").text
        assert self.above_in(opened) == {str(first.number)}
        for priority in ("1", "4"):
            second.refresh_from_db()
            text = self.change(page, second, f"priority:{priority}", first.number).text
            assert '<span class="num">2 of 4</span>' in text
            assert self.above_in(text) == {str(first.number)}
            assert f'/tickets/{third.number}/" data-key="j"' in text
        second.refresh_from_db()
        then = self.change(page, second, "status:resolved", first.number)
        assert f"/tickets/{third.number}/" in then["HX-Location"]

    def test_a_ticket_that_no_longer_matches_has_neighbours_but_no_position(self, page, four_tickets):
        first, second, third, _last = four_tickets
        text = self.change(page, second, "priority:1", first.number, "priority=2").text
        assert f'/tickets/{third.number}/?in=priority%3D2" data-key="j"' in text
        assert " of " not in re.findall(r'<span class="num">(.*?)</span>', text)[0]


@pytest.mark.parametrize("above", ["", "x", "²", "99", "9" * 12])
def test_an_invalid_ticket_above_changes_nothing(rf, in_english, team, agent, four_tickets, above):
    number = number_above(rf.post("/", {"above": above}))
    found = list_position_of(question(team, agent), four_tickets[1], number)
    assert (numbers(found), found.words) == ((four_tickets[0].number, four_tickets[2].number), "2 of 4")


def test_the_position_on_the_screen_is_kept_at_the_top_and_beyond_the_limit(
    in_english, team, agent, four_tickets, monkeypatch
):
    first, second, _third, last = four_tickets
    found = list_position_of(question(team, agent), last, 0)
    assert (numbers(found), found.words) == ((None, first.number), "1 of 4")
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", 3)
    found = list_position_of(question(team, agent), last, first.number)
    assert (numbers(found), found.words) == ((first.number, second.number), "2 of 3+")
