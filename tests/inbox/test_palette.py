"""What the command palette finds, and what it makes of bad input."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
ADDRESS = "/t/escola/palette/"
QUERIES = 22
HTMX = {"hx-request": "true", "hx-target": "palette-found"}


def found(page, text):
    """The names in each group, by its key."""
    response = page.get(ADDRESS, {"q": text}, headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    return {group.key: [place.name for place in group.places] for group in response.context["groups"]}


def test_it_finds_tickets_learners_and_courses_without_accents(page, team):
    course = CourseFactory(team=team, title="Pães de fermentação")
    learner = LearnerFactory(team=team, name="Conceição Santos", email="conceicao@aluno.example")
    ticket = open_ticket(team, learner=learner, course=course)
    assert found(page, "conceicao") == {"tickets": ["Conceição Santos"], "learners": ["Conceição Santos"]}
    assert found(page, f"#{ticket.number}") == {"tickets": ["Conceição Santos"]}
    assert found(page, "paes")["courses"] == ["Pães de fermentação"]
    text = page.get(ADDRESS, {"q": "conceicao"}, headers=HTMX).text
    assert f'href="/t/escola/tickets/{ticket.number}/"' in text
    assert f'href="/t/escola/learners/{learner.pk}/"' in text
    assert 'href="/t/escola/?q=conceicao"' in text


def test_a_learner_without_a_ticket_is_found_and_those_who_begin_so_come_first(page, team):
    LearnerFactory(team=team, name="Rosana Anabela")
    LearnerFactory(team=team, name="Anabela Rosa")
    assert found(page, "anabela") == {"learners": ["Anabela Rosa", "Rosana Anabela"]}


def test_of_a_short_text_those_are_found_who_asked_lately(page, team):
    LearnerFactory(team=team, name="Zé Nunca")
    open_ticket(team, learner=LearnerFactory(team=team, name="Zé Agora"))
    assert found(page, "zé")["learners"] == ["Zé Agora"]


def test_there_are_only_a_few_of_each(page, team, monkeypatch):
    for number in range(9):
        learner = LearnerFactory(team=team, name=f"Mariana {number}")
        open_ticket(team, learner=learner, course=CourseFactory(team=team, title=f"Mariana ensina {number}"))
    groups = found(page, "mariana")
    assert {key: len(names) for key, names in groups.items()} == {"tickets": 6, "learners": 5, "courses": 4}


def test_a_finished_ticket_says_so_and_an_open_one_how_long_it_waits(page, team):
    learner = LearnerFactory(team=team, name="Mariana")
    ticket = open_ticket(team, learner=learner, requested_at=timezone.now() - timedelta(hours=3))
    assert ">3 h</time>" in page.get(ADDRESS, {"q": "mariana"}, headers=HTMX).text
    actions.resolve_ticket(ticket, Actor.system())
    assert "Resolved" in page.get(ADDRESS, {"q": "mariana"}, headers=HTMX).text


def test_another_teams_are_not_found(page, team):
    other = TeamFactory()
    course = CourseFactory(team=other, title="Mariana ensina")
    ticket = open_ticket(other, learner=LearnerFactory(team=other, name="Mariana"), course=course)
    assert found(page, "mariana") == {}
    assert found(page, str(ticket.number)) == {}


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "#", "\u200b", "'; --", "<bdo>", "a" * 100, "é" * 40, "#999999999"]
)
def test_odd_texts_find_nothing_and_break_nothing(page, team, text):
    open_ticket(team)
    assert found(page, text) == {}
    assert "<bdo>" not in page.get(ADDRESS, {"q": text}, headers=HTMX).text


@pytest.mark.parametrize("text", ["a" * 101, "nul\0"])
def test_what_cannot_be_looked_for_is_told(page, team, text):
    response = page.get(ADDRESS, {"q": text}, headers=HTMX)
    assert response.status_code == 422
    assert 'role="alert"' in response.text


def test_without_htmx_it_leads_to_the_inbox(page, team):
    assert page.get(ADDRESS, {"q": "a b"}).url == "/t/escola/?q=a+b"
    assert page.get(ADDRESS).url == "/t/escola/"


def test_its_queries_do_not_grow_with_what_is_found(page, team, django_assert_num_queries):
    def fill(count):
        for _ in range(count):
            open_ticket(team, learner=LearnerFactory(team=team, name="Mariana"))

    fill(2)
    with django_assert_num_queries(QUERIES):
        page.get(ADDRESS, {"q": "mariana"}, headers=HTMX)
    fill(9)
    with django_assert_num_queries(QUERIES):
        page.get(ADDRESS, {"q": "mariana"}, headers=HTMX)
