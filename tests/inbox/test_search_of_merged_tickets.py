"""Search, filters and figures lead from merged tickets to their root."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import CourseFactory, LearnerFactory, ProducerFactory, open_ticket
from tests.inbox.searching import listed

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def merged(team):
    """The last of three calls of one learner, with a question, course and tag of its own; merged by way of another."""
    learner = LearnerFactory(team=team)
    bread = CourseFactory(team=team, title="Pães", producer=ProducerFactory(team=team, name="Zeca"))
    first, second = (
        open_ticket(team, learner=learner, course=CourseFactory(team=team, title="Bolos"), question="?") for _ in "ab"
    )
    third = open_ticket(team, learner=learner, course=bread, question="Cadê a NF do boleto?")
    actions.add_tag(third, SYSTEM, "acesso")
    actions.merge_ticket(third, SYSTEM, second)
    actions.merge_ticket(second, SYSTEM, first)
    open_ticket(team, course=CourseFactory(team=team, title="Bolos"))
    third.refresh_from_db()
    return third


def top_of(ticket):
    return ticket.merged_into.merged_into


@pytest.mark.parametrize("query", ["q=boleto", "q=NF", "q=nf+do", "q=paes", "q=acesso", "tag=acesso"])
@pytest.mark.parametrize("status", ["status=all", "status=to_do", ""])
def test_search_and_tag_find_the_root(page, merged, query, status):
    assert listed(page, f"{query}&{status}") == [top_of(merged)]


def test_course_and_producer_find_the_root(page, merged):
    for status in ("", "&status=all"):
        assert listed(page, f"course={merged.course_id}{status}") == [top_of(merged)]
        assert listed(page, f"producer={merged.producer_id}{status}") == [top_of(merged)]
    assert listed(page, f"course={merged.course_id}&status=all&folded=1") == [merged]
    assert listed(page, "tag=acesso&status=all&folded=1") == [merged]


def test_a_tag_on_both_lists_the_root_once(page, team, merged):
    actions.add_tag(top_of(merged), SYSTEM, "acesso")
    other = open_ticket(team)
    actions.add_tag(other, SYSTEM, "acesso")
    assert sorted(ticket.pk for ticket in listed(page, "tag=acesso&status=all")) == [top_of(merged).pk, other.pk]


def test_a_split_off_ticket_is_found_itself(page, merged):
    actions.unmerge_ticket(merged, SYSTEM)
    for query in (f"course={merged.course_id}", "tag=acesso", "q=boleto", "q=NF"):
        assert listed(page, query) == [merged]


def test_figures_of_a_course_link_to_what_they_count(page, merged):
    figure = f'href="/t/escola/?course={merged.course_id}">1</a>'
    assert figure in page.get("/t/escola/courses/").text
    assert figure in page.get(f"/t/escola/courses/{merged.course_id}/").text


def test_queries_do_not_grow_with_merged_tickets(page, team, merged):
    addresses = [f"/t/escola/?{query}" for query in (f"course={merged.course_id}", "tag=acesso", "q=paes", "q=NF")]
    with CaptureQueriesContext(connection) as few:
        for address in addresses:
            page.get(address)
    for _ in range(3):
        ticket = open_ticket(team, learner=merged.learner, course=CourseFactory(team=team, title="Bolos"))
        again = open_ticket(team, learner=merged.learner, course=merged.course, question="NF?")
        actions.add_tag(again, SYSTEM, "acesso")
        actions.merge_ticket(again, SYSTEM, ticket)
        actions.merge_ticket(ticket, SYSTEM, top_of(merged))
    with CaptureQueriesContext(connection) as many:
        for address in addresses:
            page.get(address)
    assert len(few) == len(many)


@pytest.mark.parametrize("typed", ["NF", "nf", "CT", "ct nf", "3"])
def test_short_words_of_questions_and_notes_are_found(page, team, typed):
    asked = open_ticket(team, question="Perdi a NF: fiz o CT em 3 vezes")
    noted = open_ticket(team)
    actions.add_note(noted, SYSTEM, "Pede nf, com ct-e (3)")
    assert set(listed(page, f"q={typed.replace(' ', '+')}")) >= {noted, asked}
