"""Tickets of a lesson: on pages, in saved views, in bulk, in the API, by words of its title and of comments."""

import pytest
from django.http import QueryDict

from helpdesk.api.actions import create_token
from helpdesk.courses.models import LearnerActivity
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.models import SavedView
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.api.client import Api
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, TeamFactory, open_ticket
from tests.inbox.searching import found

pytestmark = pytest.mark.django_db


def ask(team, name, lesson="", course=None, **step):
    learner, course = LearnerFactory(team=team, name=name), course or CourseFactory(team=team)
    if lesson or step:
        ActivityFactory(team=team, learner=learner, course=course, lesson_title=lesson, lesson_key=lesson, **step)
    return open_ticket(team, learner=learner, course=course)


@pytest.fixture
def caramel_ticket(team):
    ask(team, "Elsewhere", "Massa")
    ask(team, "Nowhere")
    return ask(team, "Ana", "Ponto do caramelo")


def test_the_list_can_be_filtered_by_a_lesson_or_none(page, caramel_ticket):
    assert found(page, lesson=caramel_ticket.lesson_id) == {"Ana"}
    assert found(page, lesson="none") == {"Nowhere"}


def test_the_root_is_found_by_the_lesson_of_a_merged_ticket(page, team, caramel_ticket):
    other = open_ticket(team, learner=caramel_ticket.learner)
    actions.merge_ticket(caramel_ticket, Actor.system(), other)
    for query in ({"lesson": caramel_ticket.lesson_id}, {"q": "caramelo"}):
        assert page.get("/t/escola/", query).context["page"].tickets == [other]


@pytest.mark.parametrize("value", ["0", "x", "99999999", "9" * 30, "-1"])
def test_an_unknown_lesson_is_reported_and_matches_nothing(page, caramel_ticket, value):
    response = page.get("/t/escola/", {"lesson": value})
    assert "no tickets are shown" in response.text
    assert response.context["page"].tickets == []


def test_another_teams_lesson_does_not_exist(page, caramel_ticket):
    theirs = ask(TeamFactory(), "Bia", "Massa")
    assert "does not exist" in page.get("/t/escola/", {"lesson": theirs.lesson_id}).text


def test_the_lessons_of_the_chosen_course_are_offered(page, team, caramel_ticket):
    def offered(**query):
        fields = page.get("/t/escola/", query).context["filter"].usual_fields
        return [str(label) for field in fields if field.name == "lesson" for _value, label in field.field.choices]

    assert offered() == ["All", "No lesson known"]
    assert offered(course=caramel_ticket.course_id) == ["All", "No lesson known", "Ponto do caramelo"]
    assert offered(lesson=caramel_ticket.lesson_id) == ["All", "No lesson known", "Ponto do caramelo"]
    step = ActivityFactory(team=team, course=caramel_ticket.course, lesson_key="9")  # of the same title
    open_ticket(team, learner=step.learner, course=caramel_ticket.course)
    twins = ["Ponto do caramelo (Ponto do caramelo)", "Ponto do caramelo (9)"]
    assert offered(course=caramel_ticket.course_id)[2:] == twins


def test_the_chip_names_the_lesson(page, caramel_ticket):
    (chip,) = page.get("/t/escola/", {"lesson": caramel_ticket.lesson_id}).context["chips"]
    assert (chip.label, chip.query) == ("Lesson: Ponto do caramelo", "")


def test_saved_views_and_bulk_changes_use_it(page, team, agent, caramel_ticket):
    query = f"lesson={caramel_ticket.lesson_id}"
    page.post("/t/escola/views/", {"name": "Caramelo", "query": query})
    assert SavedView.objects.get().query == query
    page.post("/t/escola/changes/", {"all": "1", "query": query, "change": "status:resolved"})  # one, in one step
    assert [each.pk for each in Ticket.objects.filter(status="resolved")] == [caramel_ticket.pk]


def test_the_api_uses_it(team, caramel_ticket):
    api = Api(create_token(team, "T")[1])
    shown = api.get(f"tickets?lesson={caramel_ticket.lesson_id}&expand=lesson").json()["results"]
    assert [each["lesson"]["title"] for each in shown] == ["Ponto do caramelo"]
    assert len(api.get("tickets?lesson=none").json()["results"]) == 1
    assert api.get("tickets?lesson=999999").json()["results"] == []
    assert api.get("tickets?lesson=x").status_code == 400
    (lesson,) = api.get(f"lessons?course={caramel_ticket.course_id}").json()["results"]
    assert (lesson["id"], lesson["title"], lesson["course"]) == (
        caramel_ticket.lesson_id,
        "Ponto do caramelo",
        caramel_ticket.course_id,
    )


@pytest.mark.parametrize("typed", ["caramelo", "PONTO", "ponto caramelo"])
def test_a_search_finds_lessons(page, caramel_ticket, typed):
    assert found(page, q=typed) == {"Ana"}


@pytest.mark.parametrize("typed", ["cristalizou", "Água cristalizou", "agua", "nf"])
def test_a_search_finds_comments_of_the_learner(page, team, caramel_ticket, typed):
    comment = LearnerActivity.Kind.COMMENT_CREATED
    ask(team, "Bia", kind=comment, comment_text="Minha água cristalizou, e a NF.pdf?")
    ask(TeamFactory(), "Theirs", kind=comment, comment_text="A água cristalizou, NF")
    assert found(page, q=typed) == {"Bia"}


@pytest.mark.parametrize(
    ("count", "most", "label"), [(1, 100, "1 ticket found"), (3, 100, "3 tickets found"), (3, 2, "2+ tickets found")]
)
def test_a_search_shows_how_many_it_found(page, team, monkeypatch, count, most, label):
    monkeypatch.setattr("helpdesk.inbox.filters.pager.COUNTED_AT_MOST", most)
    monkeypatch.setattr("helpdesk.inbox.views.PAGE_SIZE", 2)
    for number in range(count):
        ask(team, f"João {number}")
    response = page.get("/t/escola/", {"q": "joao"})
    assert f'role="status">{label}<' in response.text
    if query := response.context["page"].next_query:
        assert "tickets found" not in page.get(f"/t/escola/?{query}").text
    shown = page.get("/t/escola/", {"q": "nobody"}).text
    assert "No ticket matches “nobody”." in shown
    assert "0 tickets found" not in shown
    assert "found<" not in page.get("/t/escola/").text


def test_a_tag_is_found_without_accents(page, team, caramel_ticket):
    actions.add_tag(caramel_ticket, Actor.system(), "vídeo")
    other = ask(team, "Bia")
    actions.add_tag(other, Actor.system(), "áudio")
    for typed in ("video", "VÍDEO", "vídeo", " video "):
        assert found(page, tag=typed) == {"Ana"}
        assert found(page, q=typed) == {"Ana"}
    actions.add_tag(other, Actor.system(), "video")
    assert found(page, tag="video") == {"Bia"}  # that very one
    assert "no tickets are shown" in page.get("/t/escola/", {"tag": "vide"}).text


def test_the_filter_takes_few_queries(team, caramel_ticket, django_assert_num_queries):
    with django_assert_num_queries(4):  # the lesson, what is merged elsewhere, the tickets, their tags
        question = TicketFilter(QueryDict(f"lesson={caramel_ticket.lesson_id}"), team)
        assert list(question.tickets.with_row_relations())
