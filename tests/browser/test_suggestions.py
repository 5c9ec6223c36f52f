"""Learners and tags are completed while one types: by keyboard, by a tap, and announced as a list."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.reading import until
from tests.factories import ActivityFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser


@pytest.fixture
def form(server, school, beatriz, open_page):
    """The form of a new ticket, of a team with two learners."""
    LearnerFactory(team=school, name="João da Silva", email="js@example.com")
    LearnerFactory(team=school, name="Joana", email="jo@example.com")
    page = open_page(width=360, user=beatriz)
    page.goto(f"{server}/t/escola/tickets/new/")
    return page


def suggestions(page):
    """Those that show."""
    return page.locator(".suggestions:visible [role=option]")


def expect_values(page, email, name):
    expect(page.locator("input[name=email]")).to_have_value(email)
    expect(page.locator("input[name=name]")).to_have_value(name)


def test_a_learner_is_chosen_by_keyboard_and_fills_both_fields(form):
    name = form.locator("input[name=name]")
    name.press_sequentially("joao")
    expect(suggestions(form)).to_have_count(1)
    expect(name).to_have_attribute("aria-expanded", "true")
    name.press("ArrowDown")
    expect(name).to_have_attribute("aria-activedescendant", re.compile("suggestion-"))
    expect(suggestions(form).and_(form.get_by_role("option", selected=True))).to_contain_text("João da Silva")
    name.press("Enter")
    expect_values(form, "js@example.com", "João da Silva")
    expect(suggestions(form)).to_have_count(0)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-expanded", "false")


def test_arrow_keys_wrap_around_and_escape_keeps_what_was_typed(form):
    email = form.locator("input[name=email]")
    email.press_sequentially("example")
    options = suggestions(form)
    expect(options).to_have_count(2)
    for key, place in (("ArrowUp", 1), ("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", 0), ("ArrowUp", 1)):
        email.press(key)
        expect(options.nth(place)).to_have_attribute("aria-selected", "true")
    email.press("Escape")
    expect(options).to_have_count(0)
    expect(email).to_be_focused()
    expect_values(form, "example", "")


def test_a_tap_chooses_a_suggestion_and_leaving_the_field_closes_the_list(form):
    email = form.locator("input[name=email]")
    email.press_sequentially("jo@")
    suggestions(form).click()
    expect_values(form, "jo@example.com", "Joana")
    email.press_sequentially("x")
    email.press("Backspace")
    expect(suggestions(form)).to_have_count(1)
    form.locator("textarea").focus()
    expect(suggestions(form)).to_have_count(0)


def test_all_tickets_of_a_lesson_can_be_tagged_with_a_completed_tag_and_undone(server, school, beatriz, open_page):
    step = ActivityFactory(team=school)
    ticket = open_ticket(school, learner=step.learner, course=step.course)
    other = open_ticket(school)
    actions.add_tag(other, Actor.system(), "vídeo")
    page = open_page(user=beatriz)
    page.goto(f"{server}/t/escola/lessons/{ticket.lesson_id}/")
    page.locator(".change-all summary").click()
    tag = page.locator(".change-all input[name=tag]")
    tag.press_sequentially("video")
    expect(suggestions(page)).to_have_text(re.compile("vídeo"))
    tag.press("ArrowDown")
    tag.press("Enter")
    expect(tag).to_have_value("vídeo")
    tag.press("Enter")
    expect(page.locator("#lesson-to-do .badge.tag")).to_have_text("vídeo")
    assert [each.name for each in Ticket.objects.get(pk=ticket.pk).tags.all()] == ["vídeo"]
    page.locator("#bulk button", has_text="Desfazer").click()
    expect(page.locator("#lesson-to-do .badge.tag")).to_have_count(0)


def test_a_suggestion_chosen_by_arrow_keys_stays_chosen_when_a_later_list_arrives(form):
    name = form.locator("input[name=name]")
    name.press_sequentially("joa")
    expect(suggestions(form)).to_have_count(2)
    late = []
    form.route("**/suggestions/**", lambda route: late.append(route))
    name.press("o")
    name.press("ArrowUp")
    chosen = suggestions(form).and_(form.get_by_role("option", selected=True))
    expect(chosen).to_contain_text("João da Silva")
    until(form, lambda: late)
    with form.expect_response("**/suggestions/**"):
        late.pop().continue_()
    expect(suggestions(form)).to_have_count(1)
    expect(chosen).to_contain_text("João da Silva")
    name.press("Enter")
    expect(name).to_have_value("João da Silva")
    expect(suggestions(form)).to_have_count(0)
