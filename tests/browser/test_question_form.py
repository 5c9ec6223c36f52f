"""Unsaved text in a ticket's question survives every update of the page."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.browser.reading import assert_focus_shows, choose, fill_inbox
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
SAID = "O vídeo para no minuto 3"


@pytest.fixture
def two_tickets(school):
    return fill_inbox(school, 2)


@pytest.fixture(params=[1440, 360])
def ticket_page(request, open_page, server, ana, two_tickets):
    page = open_page(request.param, user=ana)
    page.goto(f"{server}/t/escola/tickets/{two_tickets[0].number}/")
    return page


def write(page):
    page.locator(".question-edit > summary").click()
    page.locator(".question-edit [name=topic]").select_option("video")
    page.locator(".question-edit [name=question]").fill(SAID)


def expect_written(page):
    expect(page.locator(".question-edit [name=question]")).to_be_visible()
    expect(page.locator(".question-edit [name=question]")).to_have_value(SAID)
    expect(page.locator(".question-edit [name=topic]")).to_have_value("video")


def test_opening_it_focuses_the_form(ticket_page):
    ticket_page.locator(".question-edit > summary").click()
    expect(ticket_page.locator(".question-edit [name=topic]")).to_be_focused()
    expect(ticket_page.locator(".question-edit .btn")).to_be_in_viewport(ratio=1)
    assert_focus_shows(ticket_page)


def test_it_survives_changes_of_the_ticket_and_a_reload(ticket_page):
    write(ticket_page)
    ticket_page.locator("#ticket .slot").nth(1).click()
    expect(ticket_page.locator("#ticket .slot").nth(1)).to_contain_text("Você")
    expect_written(ticket_page)
    choose(ticket_page, "p", "priority:4")
    expect(ticket_page.locator("#bulk .toast")).to_contain_text("urgente")
    expect_written(ticket_page)
    ticket_page.reload()
    expect_written(ticket_page)


def test_it_is_restored_when_returning_to_the_ticket(ticket_page, server, two_tickets):
    write(ticket_page)
    ticket_page.locator("#ticket .slot").first.click()
    expect(ticket_page.locator("#ticket h1")).to_contain_text("Aluno 002")
    expect(ticket_page.locator(".question-edit [name=question]")).to_have_value("")
    ticket_page.locator("#bulk").get_by_role("button", name="Desfazer").click()
    expect(ticket_page.locator("#ticket h1")).to_contain_text("Aluno 001")
    expect_written(ticket_page)


def test_it_is_forgotten_once_saved(ticket_page, two_tickets, beatriz):
    write(ticket_page)
    ticket_page.locator(".question-edit form button").click()
    expect(ticket_page.locator("#ticket .question")).to_contain_text(SAID)
    expect(ticket_page.locator(".question-edit [name=question]")).to_be_hidden()
    assert fresh(two_tickets[0]).question == SAID
    actions.change_question(fresh(two_tickets[0]), Actor.person(beatriz), "Outra", "video")
    ticket_page.reload()
    expect(ticket_page.locator(".question-edit [name=question]")).to_have_value("Outra")


def test_a_refused_text_is_shown_again(ticket_page, complaints):
    ticket_page.locator(".question-edit > summary").click()
    ticket_page.locator(".question-edit [name=question]").fill("x")
    ticket_page.locator(".question-edit [name=question]").evaluate(
        "(field) => { field.maxLength = 99999; field.value = 'y'.repeat(20001); }"
    )
    ticket_page.locator(".question-edit form button").click()
    expect(ticket_page.locator(".question-edit .errors, .question-edit .errorlist").first).to_be_visible()
    assert len(ticket_page.locator(".question-edit [name=question]").input_value()) == 20_001
    complaints[:] = [said for said in complaints if "422" not in said]


def test_untouched_fields_follow_changes_by_others(ticket_page, two_tickets):
    ticket_page.locator(".question-edit > summary").click()
    ticket_page.locator(".question-edit [name=question]").fill(SAID)
    actions.change_question(fresh(two_tickets[0]), Actor.system(), "", "video")
    ticket_page.reload()
    expect_written(ticket_page)
    ticket_page.locator(".question-edit form button").click()
    expect(ticket_page.locator("#ticket .question")).to_contain_text(SAID)
    assert fresh(two_tickets[0]).topic == "video"


def test_text_by_others_is_kept_above_ones_own(ticket_page, two_tickets, beatriz):
    write(ticket_page)
    actions.change_question(fresh(two_tickets[0]), Actor.person(beatriz), "Sem som", "access")
    for _ in range(2):  # however often it comes anew
        ticket_page.reload()
        expect(ticket_page.locator(".question-edit [name=question]")).to_be_visible()
        expect(ticket_page.locator(".question-edit [name=question]")).to_have_value(f"Sem som\n{SAID}")
        expect(ticket_page.locator(".question-edit [name=topic]")).to_have_value("access")


def test_it_is_forgotten_once_emptied(ticket_page, two_tickets, beatriz):
    write(ticket_page)
    ticket_page.locator(".question-edit [name=question]").fill("")
    ticket_page.locator(".question-edit [name=topic]").select_option("")
    assert ticket_page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('edits:'))") == []
    actions.change_question(fresh(two_tickets[0]), Actor.person(beatriz), "Sem som", "access")
    ticket_page.reload()
    expect(ticket_page.locator(".question-edit [name=question]")).to_be_hidden()
    expect(ticket_page.locator(".question-edit [name=question]")).to_have_value("Sem som")


def test_a_refused_text_is_kept_as_a_change_of_the_saved_one(ticket_page, two_tickets, beatriz, complaints):
    actions.change_question(fresh(two_tickets[0]), Actor.person(beatriz), "Sem som", "access")
    ticket_page.reload()
    ticket_page.locator(".question-edit > summary").click()
    ticket_page.locator(".question-edit [name=question]").fill("")
    ticket_page.locator(".question-edit [name=topic]").select_option("")
    ticket_page.locator(".question-edit form button").click()
    expect(ticket_page.locator(".question-edit .errorlist")).to_be_visible()
    ticket_page.locator(".question-edit [name=question]").fill(SAID)
    ticket_page.reload()
    expect(ticket_page.locator(".question-edit [name=question]")).to_have_value(SAID)
    expect(ticket_page.locator(".question-edit [name=topic]")).to_have_value("")
    complaints[:] = [said for said in complaints if "422" not in said]
