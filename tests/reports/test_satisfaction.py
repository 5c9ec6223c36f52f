"""How learners rated the help: each rating of the period, also where its ticket was reopened since, and its tickets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import CourseFactory, TeamFactory, open_ticket
from tests.reports.reading import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated(team):
    """A ticket that was resolved and rated so many days ago."""

    def make(score, days=0, team=team, ticket=None, by=None, **fields):
        ticket = ticket or open_ticket(team, requested_at=timezone.now() - timedelta(days=days + 1), **fields)
        actions.resolve_ticket(ticket, Actor.person(by) if by else Actor.system())
        ticket.refresh_from_db()
        rate_ticket(ticket, Actor.learner(ticket.learner), score)
        given_at = timezone.now() - timedelta(days=days)
        ticket.ratings.filter(resolved_at=ticket.resolved_at).update(created_at=given_at)
        return ticket

    return make


def rows(page, query="days=7"):
    table = page.get(f"/t/escola/reports/?{query}").context["tables"]["satisfaction"]
    return {row[0].text: row[1:] for row in table.rows}


def test_a_bad_rating_of_a_reopened_ticket_still_counts_and_links_to_it(page, team, rated):
    bad = rated(1)
    actions.reopen_ticket(bad, Actor.learner(bad.learner))
    good, before = rated(3), rated(1, days=30)
    rated(1, team=TeamFactory())
    every = rows(page)["All"]
    assert [cell.text for cell in every] == ["1", "0", "1", "50%"]
    assert found(page, every[2].query) == {str(bad.number)}
    assert found(page, every[0].query) == {str(good.number)}
    assert found(page, "status=all&rating=bad") == {str(bad.number), str(before.number)}
    assert found(page, "status=all&rated_from=2000-01-01") == {str(each.number) for each in (bad, good, before)}


def test_a_rating_counts_for_the_member_who_resolved_the_ticket(page, team, rated, agent, colleague):
    by_agent = rated(3, by=agent)
    actions.assign_ticket(by_agent, Actor.system(), colleague)
    by_nobody = rated(1)
    found_rows = rows(page)
    assert {name: [cell.text for cell in cells] for name, cells in found_rows.items()} == {
        "All": ["1", "0", "1", "50%"],
        str(agent): ["1", "0", "0", "100%"],
        "Nobody on the team": ["0", "0", "1", "0%"],
    }
    assert found(page, found_rows[str(agent)][0].query) == {str(by_agent.number)}
    assert found(page, found_rows["Nobody on the team"][2].query) == {str(by_nobody.number)}
    assert found(page, f"status=all&resolved_by={colleague.pk}") == set()
    assert found(page, "status=all&resolved_by=me") == {str(by_agent.number)}


def test_ratings_of_a_former_member_count(page, team, rated, colleague):
    ticket = rated(3, by=colleague)
    colleague.memberships.all().delete()
    cells = rows(page)[colleague.name]
    assert found(page, cells[0].query) == {str(ticket.number)}


def test_ratings_of_two_resolutions_both_count_and_list_the_ticket_once(page, rated):
    ticket = rated(1, days=2)
    actions.reopen_ticket(ticket, Actor.system())
    ticket.refresh_from_db()
    rated(3, ticket=ticket)
    every = rows(page)["All"]
    assert [cell.text for cell in every] == ["1", "0", "1", "50%"]
    for place in (0, 2):
        assert found(page, every[place].query) == {str(ticket.number)}
    day = timezone.localdate()
    assert found(page, f"status=all&rating=bad&rated_from={day}") == set()


def test_a_rating_of_a_merged_ticket_counts_for_its_own_course(page, team, rated):
    ticket = rated(1, course=CourseFactory(team=team))
    actions.reopen_ticket(ticket, Actor.system())
    other = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
    ticket.refresh_from_db()
    actions.merge_ticket(ticket, Actor.system(), other)
    for query in ("days=7", f"days=7&course={ticket.course_id}"):
        cell = rows(page, query)["All"][2]
        assert cell.text == "1"
        assert found(page, cell.query) == {str(ticket.number)}
    assert rows(page, f"days=7&course={other.course_id}") == {}
