"""A lesson's page: how many asked, how many still wait, and actions for all of them at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.bulk import actions as bulk_actions
from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import ASK_ABOVE
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


def ask(team, course, name, title="Ponto do caramelo", days=0):
    learner, now = LearnerFactory(team=team, name=name), timezone.now() - timedelta(days=days, minutes=5)
    ActivityFactory(team=team, learner=learner, course=course, lesson_title=title, occurred_at=now)
    return open_ticket(team, learner=learner, course=course, requested_at=now + timedelta(minutes=1))


@pytest.fixture
def ticket_of_ana(team, course):
    ask(team, course, "Rui", "Massa")
    return ask(team, course, "Ana")


@pytest.fixture
def lesson_page(ticket_of_ana):
    return f"/t/escola/lessons/{ticket_of_ana.lesson_id}/"


def names(response):
    return [row.learner.name for group in response.context["groups"] for row in group.rows]


def test_it_shows_who_waits_and_how_many_asked(page, team, course, ticket_of_ana, lesson_page):
    done = ask(team, course, "Bia", days=40)
    actions.resolve_ticket(done, Actor.system())
    response = page.get(lesson_page)
    assert names(response) == ["Ana"]
    assert (response.context["asked"]["month"], response.context["asked"]["quarter"]) == (1, 2)
    assert response.context["to_do_label"] == "1"
    assert response.context["chart"]
    assert "Ponto do caramelo" in response.text
    for query, count in (("month_query", 1), ("quarter_query", 2), ("list_query", 1)):
        shown = page.get(f"/t/escola/?{response.context[query]}").context["page"].tickets
        assert len(shown) == count


def test_all_can_be_resolved_or_tagged_at_once_with_undo(page, team, course, ticket_of_ana, lesson_page):
    other = ask(team, course, "Bia")
    form = {"all": "1", "query": page.get(lesson_page).context["list_query"]}
    page.post("/t/escola/changes/", form | {"change": "tag:", "tag": "Vídeo"})
    bulk_actions.make_steps(BulkChange.objects.latest("pk"), seconds=20)
    assert {each.number for each in Ticket.objects.filter(tags__name="vídeo")} == {ticket_of_ana.number, other.number}
    page.post("/t/escola/changes/", form | {"change": "status:resolved"})
    change = BulkChange.objects.latest("pk")
    bulk_actions.make_steps(change, seconds=20)
    assert Ticket.objects.filter(status="resolved").count() == 2
    assert "Nobody is waiting for help in this lesson" in page.get(lesson_page).text
    page.post(f"/t/escola/changes/{change.pk}/undo/")
    bulk_actions.make_steps(change, seconds=20)
    assert Ticket.objects.filter(status="resolved").count() == 0


@pytest.mark.parametrize(
    "data", [{"change": "tag:"}, {"change": "tag:", "tag": "a" * 41}, {"change": "status:none"}, {}]
)
def test_an_invalid_change_of_all_is_refused(page, ticket_of_ana, lesson_page, data):
    form = {"all": "1", "query": page.get(lesson_page).context["list_query"]}
    response = page.post("/t/escola/changes/", form | data, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert not BulkChange.objects.exists()


def test_viewers_are_offered_no_change(client, team, ticket_of_ana, lesson_page):
    client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    text = client.get(lesson_page).text
    assert "Ana" in text
    assert "Resolve all" not in text


def test_a_lesson_of_another_team_is_not_found(page, lesson_page):
    theirs = TeamFactory()
    other = ask(theirs, CourseFactory(team=theirs), "Theirs")
    assert page.get(f"/t/escola/lessons/{other.lesson_id}/").status_code == 404
    assert page.get(f"/t/escola/lessons/{other.lesson_id + 99}/").status_code == 404


def test_the_course_links_to_it_and_to_its_tickets(page, team, course, ticket_of_ana, lesson_page):
    text = page.get(f"/t/escola/courses/{course.pk}/").text
    assert f'href="{lesson_page}"' in text
    assert f"&amp;lesson={ticket_of_ana.lesson_id}" in text


def test_changing_many_asks_first_as_in_the_inbox(page, lesson_page):
    for address in (lesson_page, "/t/escola/"):
        assert f'data-ask-above="{ASK_ABOVE}"' in page.get(address).text


def test_more_tickets_than_a_page_link_to_the_inbox(page, team, course, ticket_of_ana, lesson_page, monkeypatch):
    monkeypatch.setattr("helpdesk.workspace.lesson_views.COUNTED_AT_MOST", 1)
    monkeypatch.setattr("helpdesk.workspace.lesson_views.SHOWN", 1)
    ask(team, course, "Bia")
    response = page.get(lesson_page)
    assert len(names(response)) == 1
    assert response.context["to_do_label"] == "1+"
    assert "See all in the inbox" in response.text


def test_it_takes_the_same_number_of_queries_however_many_asked(
    page, team, course, ticket_of_ana, lesson_page, django_assert_max_num_queries
):
    with django_assert_max_num_queries(24) as few:
        page.get(lesson_page)
    for number in range(15):
        ask(team, course, f"L{number}", days=number)
    with django_assert_max_num_queries(len(few)):
        page.get(lesson_page)


def test_a_rows_menu_links_to_it(page, team, ticket_of_ana, lesson_page):
    assert f'href="{lesson_page}"' in page.get(f"/t/escola/tickets/{ticket_of_ana.number}/menu/").text
    without = open_ticket(team)
    assert "/lessons/" not in page.get(f"/t/escola/tickets/{without.number}/menu/").text


@pytest.mark.parametrize("of", ["lesson", "course"])
def test_a_weeks_bar_links_to_its_requests(page, team, course, ticket_of_ana, lesson_page, of):
    for name in ("Bia", "Caio"):
        ask(team, course, name, days=21)
    text = page.get(lesson_page if of == "lesson" else f"/t/escola/courses/{course.pk}/").text
    links = re.findall(r'<a href="([^"]+)" aria-label="[^"]+: (\d+)">', text)
    assert sorted(int(count) for _link, count in links) == ([1, 2] if of == "lesson" else [2, 2])
    for link, count in links:
        assert len(page.get(link.replace("&amp;", "&")).context["page"].tickets) == int(count)
    assert len(re.findall(r'<g role="img" aria-label="[^"]+: 0">', text)) == 10
