"""Where a ticket stands in its list, said beside the way to the next one, at a cost that does not grow."""

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


def test_the_page_says_which_of_how_many(page, four_tickets):
    for at, ticket in enumerate(four_tickets, 1):
        assert f'<span class="num">{at} of 4</span>' in page.get(f"/t/escola/tickets/{ticket.number}/").text


def test_the_first_has_none_before_and_the_last_leads_to_the_first(in_english, team, agent, four_tickets):
    first, second, third, last = (ticket.number for ticket in four_tickets)
    places = [list_position_of(question(team, agent), ticket) for ticket in four_tickets]
    assert [numbers(each) for each in places] == [(None, second), (first, third), (second, last), (third, first)]


def test_the_only_one_has_none_around(in_english, team, agent):
    found = list_position_of(question(team, agent), open_ticket(team))
    assert (numbers(found), found.words) == ((None, None), "1 of 1")


def test_a_ticket_that_is_in_no_place_of_the_list_has_neighbours_and_no_words(in_english, team, agent, four_tickets):
    actions.resolve_ticket(four_tickets[1], Actor.system())
    four_tickets[1].refresh_from_db()
    found = list_position_of(question(team, agent), four_tickets[1])
    assert (numbers(found), found.words) == ((four_tickets[0].number, four_tickets[2].number), "")


@pytest.mark.parametrize(
    ("capped", "words"),
    [(4, ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]), (3, ["1 of 3+", "2 of 3+", "3 of 3+", "after the first 3"])],
)
def test_it_is_counted_no_further_than_the_cap(in_english, team, agent, four_tickets, monkeypatch, capped, words):
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", capped)
    places = [list_position_of(question(team, agent), ticket) for ticket in four_tickets]
    assert [each.words for each in places] == words
    assert [each.next_number for each in places] == [ticket.number for ticket in [*four_tickets[1:], four_tickets[0]]]


def test_the_place_in_a_search_is_that_among_what_was_found(in_english, team, agent, four_tickets):
    found = list_position_of(question(team, agent, "q=aluna"), four_tickets[3])
    assert (found.words, found.next_number) == ("1 of 4", four_tickets[2].number)


def test_it_costs_one_query_however_long_the_list_is(in_english, team, agent, four_tickets, django_assert_num_queries):
    asked = question(team, agent)
    with django_assert_num_queries(1):
        list_position_of(asked, four_tickets[1])
    for _ in range(30):
        open_ticket(team)
    with django_assert_num_queries(1):
        list_position_of(asked, four_tickets[1])


def test_one_further_down_costs_two(in_english, team, agent, four_tickets, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", 3)
    with django_assert_num_queries(2):
        assert list_position_of(question(team, agent), four_tickets[3]).words == "after the first 3"


def test_one_that_is_snoozed_is_not_further_down(in_english, team, agent, four_tickets, monkeypatch):
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

    def test_it_stands_below_the_one_that_it_stood_below(self, page, four_tickets):
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

    def test_one_that_answers_the_lists_question_no_more_has_neighbours_and_no_words(self, page, four_tickets):
        first, second, third, _last = four_tickets
        text = self.change(page, second, "priority:1", first.number, "priority=2").text
        assert f'/tickets/{third.number}/?in=priority%3D2" data-key="j"' in text
        assert " of " not in re.findall(r'<span class="num">(.*?)</span>', text)[0]


@pytest.mark.parametrize("above", ["", "x", "²", "99", "9" * 12])
def test_what_is_no_ticket_of_the_list_changes_nothing(rf, in_english, team, agent, four_tickets, above):
    number = number_above(rf.post("/", {"above": above}))
    found = list_position_of(question(team, agent), four_tickets[1], number)
    assert (numbers(found), found.words) == ((four_tickets[0].number, four_tickets[2].number), "2 of 4")


def test_the_place_on_the_screen_is_told_of_the_first_and_of_one_that_is_now_far_down(
    in_english, team, agent, four_tickets, monkeypatch
):
    first, second, _third, last = four_tickets
    found = list_position_of(question(team, agent), last, 0)
    assert (numbers(found), found.words) == ((None, first.number), "1 of 4")
    monkeypatch.setattr(list_position, "COUNTED_AT_MOST", 3)
    found = list_position_of(question(team, agent), last, first.number)
    assert (numbers(found), found.words) == ((first.number, second.number), "2 of 3+")
