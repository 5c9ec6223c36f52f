"""The page of all learners, and finding one while a ticket is opened by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.models import Learner
from helpdesk.workspace import learner_views
from tests.factories import LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
PAGE = "/t/escola/learners/"


def know(team, name, email="", days=0):
    learner = LearnerFactory(team=team, name=name, **({"email": email} if email else {}))
    Learner.objects.filter(pk=learner.pk).update(last_activity_at=timezone.now() - timedelta(days=days))
    return learner


def listed(page, **query):
    return [learner.name for learner, _counts in page.get(PAGE, query).context["rows"]]


def test_learners_are_ordered_by_last_activity_and_paginated(page, team, monkeypatch):
    monkeypatch.setattr(learner_views, "PAGE_SIZE", 2)
    for number in (3, 1, 4, 0, 2):
        know(team, f"L{number}", days=number)
    know(TeamFactory(), "Theirs")
    seen, query = [], "q="
    while query:
        response = page.get(f"{PAGE}?{query}")
        seen += [learner.name for learner, _counts in response.context["rows"]]
        query = response.context["more"]
    assert seen == ["L0", "L1", "L2", "L3", "L4"]
    assert len(listed(page, after="nonsense")) == 2


@pytest.mark.parametrize("typed", ["joao", "JOÃO", "silva joão", "j.silva@", "jo"])
def test_learners_are_found_by_name_and_email(page, team, typed):
    know(team, "João da Silva", "j.silva@example.org")
    know(team, "Mariana", "mariana@example.com")
    assert listed(page, q=typed) == ["João da Silva"]


def test_a_short_word_is_searched_among_the_latest(page, team, monkeypatch):
    monkeypatch.setattr("helpdesk.courses.querysets.LATEST", 1)
    know(team, "Jo Antiga", days=9)
    know(team, "Jo Nova")
    assert listed(page, q="jo") == ["Jo Nova"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", "\0", "nobody", "\U0001f600", "a" * 300])
def test_no_input_breaks_the_page(page, team, typed):
    know(team, "João")
    response = page.get(PAGE, {"q": typed})
    assert response.status_code == 200
    assert "Nobody found" in response.text


@pytest.mark.parametrize("query", ["q=%E2%80%8B", "q=%00", "q=%CC%88", "q=joão&q=silva", "q=" + "João+" * 20 + "x"])
def test_an_unusable_search_finds_nobody(page, team, query):
    """What is invisible, asked twice, or too long finds nobody, and never everybody."""
    know(team, "João " * 20)
    response = page.get(f"{PAGE}?{query}")
    assert response.context["rows"] == []
    assert "Nobody found" in response.text
    assert "There is nothing to search for" in page.get(f"{PAGE}?q=%E2%80%8B").text


def test_their_tickets_are_counted(page, team):
    ticket = open_ticket(team)
    open_ticket(team, learner=ticket.learner)
    text = page.get(PAGE).text
    assert "2 unfinished" in text
    assert "2 tickets" in text


def test_an_empty_page_says_where_learners_come_from(page):
    assert "No learners yet" in page.get(PAGE).text


def test_more_rows_are_loaded_automatically(page, team, monkeypatch):
    monkeypatch.setattr(learner_views, "PAGE_SIZE", 1)
    know(team, "Ana")
    know(team, "Bia", days=1)
    more = page.get(PAGE).context["more"]
    part = page.get(f"{PAGE}?{more}", headers={"HX-Request": "true", "HX-Target": "more"}).text
    assert "Bia" in part
    assert "<html" not in part


def test_queries_are_few_and_constant(page, team, django_assert_max_num_queries):
    know(team, "Ana")
    with django_assert_max_num_queries(12) as few:
        page.get(PAGE, {"q": "a"})
    for number in range(30):
        open_ticket(team, learner=know(team, f"Ana {number}"))
    with django_assert_max_num_queries(len(few)):
        page.get(PAGE, {"q": "a"})


@pytest.mark.parametrize("query", [{"email": "mari"}, {"name": "RIBEIRO"}, {"email": "ribeiro", "name": "x"}])
def test_learners_are_suggested_while_a_ticket_is_opened(page, team, query):
    know(team, "Mariana Ribeiro", "mari@example.com")
    know(team, "João", "joao@example.com")
    know(TeamFactory(), "Mariana Ribeiro", "deles@example.com")
    text = page.get(f"{PAGE}suggestions/", query).text
    assert text.count('role="option"') == 1
    assert 'data-fill-email="mari@example.com"' in text
    assert 'data-fill-name="Mariana Ribeiro"' in text


@pytest.mark.parametrize("query", [{}, {"email": ""}, {"email": " "}, {"name": "\0"}, {"other": "mari"}])
def test_nothing_is_suggested_without_input(page, team, query):
    know(team, "Mariana", "mari@example.com")
    assert page.get(f"{PAGE}suggestions/", query).text.strip() == ""


def test_names_are_escaped_in_suggestions(page, team):
    know(team, '"><script>alert(1)</script>', "a@example.com")
    text = page.get(f"{PAGE}suggestions/", {"email": "a@ex"}).text
    assert "<script>" not in text


def test_the_form_requests_suggestions_and_works_without_them(page, team):
    text = page.get("/t/escola/tickets/new/").text.partition("<main")[2].partition("</main>")[0]
    assert text.count('hx-get="/t/escola/learners/suggestions/"') == 2
    assert text.count('role="listbox"') == 2
    assert page.post("/t/escola/tickets/new/", {"email": "nova@example.com", "name": "Nova"}).status_code == 302
    refused = page.post("/t/escola/tickets/new/", {"email": "no address", "name": "Nova"})
    assert refused.status_code == 422
    assert 'value="no address"' in refused.text
