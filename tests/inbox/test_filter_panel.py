"""The panel of filters: its choices come when it is opened, with JavaScript or without."""

import re

import pytest

from tests.factories import CourseFactory, open_ticket

pytestmark = pytest.mark.django_db
PANEL = {"hx-request": "true", "hx-target": "filter-panel"}


def test_the_list_comes_without_the_choices_and_with_what_is_chosen(page, team):
    course = CourseFactory(team=team)
    open_ticket(team, course=course)
    text = page.get("/t/escola/", {"course": course.pk, "q": "ana"}).text
    form = text.partition('<form class="search-form"')[2].partition("</form>")[0]
    assert "<select" not in form
    assert f'<input type="hidden" name="course" value="{course.pk}">' in form
    assert form.count('name="q"') == 1


def test_htmx_gets_the_choices_alone(page, team):
    course = CourseFactory(team=team, title="Pães")
    open_ticket(team)
    text = page.get("/t/escola/", {"course": course.pk}, headers=PANEL).text
    assert "<html" not in text
    assert f'<option value="{course.pk}" selected>Pães</option>' in text
    assert "data-row" not in text


def test_without_javascript_a_link_leads_to_the_same_list_with_the_panel_open(page, team):
    open_ticket(team)
    (link,) = re.findall(r'class="btn filter-choices" href="([^"]+)"', page.get("/t/escola/?status=new").text)
    text = page.get(link.replace("&amp;", "&")).text
    assert re.search(r'<details class="menu filter-menu" data-menu open>', text)
    assert '<option value="new" selected>' in text
    assert "data-row" in text


def test_a_filter_with_an_error_shows_it_at_once(page, team):
    open_ticket(team)
    text = page.get("/t/escola/?assignee=999").text
    assert "data-menu open>" in text
    assert text.count("does not exist, or no longer does") > 1
