"""The panel of filters: its choices come when it is opened, with JavaScript or without."""

import re

import pytest

from helpdesk.courses.models import Lesson
from helpdesk.inbox.filters.form import TicketFilterForm
from tests.factories import CourseFactory, open_ticket

pytestmark = pytest.mark.django_db
PANEL = {"hx-request": "true", "hx-target": "filter-panel"}


def test_the_page_contains_the_current_filters_but_not_the_choices(page, team):
    course = CourseFactory(team=team)
    open_ticket(team, course=course)
    text = page.get("/t/escola/", {"course": course.pk, "q": "ana"}).text
    form = text.partition('<form class="search-form"')[2].partition("</form>")[0]
    assert "<select" not in form
    assert f'<input type="hidden" name="course" value="{course.pk}">' in form
    assert form.count('name="q"') == 1


def test_htmx_receives_only_the_choices(page, team):
    course = CourseFactory(team=team, title="Pães")
    open_ticket(team)
    text = page.get("/t/escola/", {"course": course.pk}, headers=PANEL).text
    assert "<html" not in text
    assert f'<option value="{course.pk}" selected>Pães</option>' in text
    assert "data-row" not in text


def test_without_javascript_a_link_opens_the_same_list_with_the_panel(page, team):
    open_ticket(team)
    (link,) = re.findall(r'class="btn filter-choices" href="([^"]+)"', page.get("/t/escola/?status=new").text)
    text = page.get(link.replace("&amp;", "&")).text
    assert re.search(r'<details class="menu filter-menu" data-menu open>', text)
    assert '<option value="new" selected>' in text
    assert "data-row" in text


def test_a_filter_with_an_error_is_shown_open(page, team):
    open_ticket(team)
    text = page.get("/t/escola/?assignee=999").text
    assert "data-menu open>" in text
    assert text.count("does not exist, or no longer does") > 1


def test_choosing_a_course_loads_its_lessons_at_once(page, team):
    course = CourseFactory(team=team)
    lesson = Lesson.objects.create(team=team, course=course, title="Ponto do caramelo")
    text = page.get("/t/escola/", {"status": "new"}, headers=PANEL).text
    assert "Ponto do caramelo" not in text
    assert "Choose a course to see its lessons here." in text
    assert 'hx-trigger="change from:find [name=course]"' in text
    text = page.get("/t/escola/", {"status": "new", "course": course.pk}, headers=PANEL).text
    assert f'<option value="{lesson.pk}">Ponto do caramelo</option>' in text
    assert '<option value="new" selected>' in text
    assert "Choose a course to see" not in text


def test_common_filters_come_first_and_the_rest_is_open_if_one_is_used(page, team):
    text = page.get("/t/escola/", headers=PANEL).text
    names = re.findall(r'<(?:select|input)[^>]* name="([a-z_]+)"', text)
    assert names[:4] == ["sort", "status", "assignee", "course"]
    assert len(names) == len(set(names)) == 21
    assert '<details class="filter-more">' in text
    for query in ("again=1", "rating=nonsense"):
        assert '<details class="filter-more" open>' in page.get(f"/t/escola/?{query}", headers=PANEL).text


def test_portuguese_all_agrees_in_gender_with_its_filter(page, agent, team):
    agent.language = "pt-br"
    agent.save()
    open_ticket(team)
    text = page.get("/t/escola/", headers=PANEL).text
    alls = dict(re.findall(r'name="([a-z_]+)"[^>]*>\s*<option value="" selected>(Tod[oa]s)<', text))
    feminine = {"lesson", "priority", "tag", "question", "first_reply", "rating"}
    assert {name for name, word in alls.items() if word == "Todas"} == feminine
    assert {"course", "producer", "topic"} <= alls.keys()


def test_the_choices_are_loaded_once_per_panel(page, team, monkeypatch):
    asked = []
    monkeypatch.setattr(TicketFilterForm, "_offer_lessons", lambda form: asked.append(form))
    page.get("/t/escola/?panel=filters")
    assert len(asked) == 1


def test_the_lesson_field_explains_that_a_course_must_be_chosen(page, ticket):
    field = page.get("/t/escola/?panel=filters").text.partition('name="lesson"')[2].partition("<label")[0]
    assert "Choose a course to see its lessons here." in field
