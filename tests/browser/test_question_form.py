"""What is written into a ticket's question and not yet saved outlives whatever else becomes of the page."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.browser.reading import assert_focus_shows, choose, fill_inbox
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
SAID = "O vídeo para no minuto 3"


@pytest.fixture
def tickets(school):
    return fill_inbox(school, 2)


@pytest.fixture(params=[1440, 360])
def page(request, open_page, server, ana, tickets):
    page = open_page(request.param, user=ana)
    page.goto(f"{server}/t/escola/tickets/{tickets[0].number}/")
    return page


def write(page):
    page.locator(".question-edit > summary").click()
    page.locator(".question-edit [name=topic]").select_option("video")
    page.locator(".question-edit [name=question]").fill(SAID)


def expect_written(page):
    expect(page.locator(".question-edit [name=question]")).to_be_visible()
    expect(page.locator(".question-edit [name=question]")).to_have_value(SAID)
    expect(page.locator(".question-edit [name=topic]")).to_have_value("video")


def test_whoever_opens_it_can_write_at_once(page):
    page.locator(".question-edit > summary").click()
    expect(page.locator(".question-edit [name=topic]")).to_be_focused()
    expect(page.locator(".question-edit .btn")).to_be_in_viewport(ratio=1)
    assert_focus_shows(page)


def test_it_stays_when_the_ticket_is_taken_or_changed_and_when_the_page_is_loaded_anew(page):
    write(page)
    page.locator("#ticket .slot").nth(1).click()
    expect(page.locator("#ticket .slot").nth(1)).to_contain_text("Você")
    expect_written(page)
    choose(page, "p", "priority:4")
    expect(page.locator("#bulk .toast")).to_contain_text("urgente")
    expect_written(page)
    page.reload()
    expect_written(page)


def test_it_is_there_again_once_the_ticket_that_was_gone_on_from_is(page, server, tickets):
    write(page)
    page.locator("#ticket .slot").first.click()
    expect(page.locator("#ticket h1")).to_contain_text("Aluno 002")
    expect(page.locator(".question-edit [name=question]")).to_have_value("")
    page.locator("#bulk").get_by_role("button", name="Desfazer").click()
    expect(page.locator("#ticket h1")).to_contain_text("Aluno 001")
    expect_written(page)


def test_saved_it_is_kept_no_longer(page, tickets, beatriz):
    write(page)
    page.locator(".question-edit form button").click()
    expect(page.locator("#ticket .question")).to_contain_text(SAID)
    expect(page.locator(".question-edit [name=question]")).to_be_hidden()
    assert fresh(tickets[0]).question == SAID
    actions.change_question(fresh(tickets[0]), Actor.person(beatriz), "Outra", "video")
    page.reload()
    expect(page.locator(".question-edit [name=question]")).to_have_value("Outra")


def test_what_is_refused_comes_back_as_it_was_sent(page, complaints):
    page.locator(".question-edit > summary").click()
    page.locator(".question-edit [name=question]").fill("x")
    page.locator(".question-edit [name=question]").evaluate(
        "(field) => { field.maxLength = 99999; field.value = 'y'.repeat(20001); }"
    )
    page.locator(".question-edit form button").click()
    expect(page.locator(".question-edit .errors, .question-edit .errorlist").first).to_be_visible()
    assert len(page.locator(".question-edit [name=question]").input_value()) == 20_001
    complaints[:] = [said for said in complaints if "422" not in said]


def test_what_was_not_touched_follows_what_becomes_of_it_meanwhile(page, tickets):
    page.locator(".question-edit > summary").click()
    page.locator(".question-edit [name=question]").fill(SAID)
    actions.change_question(fresh(tickets[0]), Actor.system(), "", "video")
    page.reload()
    expect_written(page)
    page.locator(".question-edit form button").click()
    expect(page.locator("#ticket .question")).to_contain_text(SAID)
    assert fresh(tickets[0]).topic == "video"


def test_what_somebody_else_wrote_or_chose_meanwhile_stays_with_what_was_written_below_it(page, tickets, beatriz):
    write(page)
    actions.change_question(fresh(tickets[0]), Actor.person(beatriz), "Sem som", "access")
    for _ in range(2):  # however often it comes anew
        page.reload()
        expect(page.locator(".question-edit [name=question]")).to_be_visible()
        expect(page.locator(".question-edit [name=question]")).to_have_value(f"Sem som\n{SAID}")
        expect(page.locator(".question-edit [name=topic]")).to_have_value("access")


def test_emptied_again_it_is_kept_no_longer(page, tickets, beatriz):
    write(page)
    page.locator(".question-edit [name=question]").fill("")
    page.locator(".question-edit [name=topic]").select_option("")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('edits:'))") == []
    actions.change_question(fresh(tickets[0]), Actor.person(beatriz), "Sem som", "access")
    page.reload()
    expect(page.locator(".question-edit [name=question]")).to_be_hidden()
    expect(page.locator(".question-edit [name=question]")).to_have_value("Sem som")


def test_what_was_refused_is_kept_as_a_change_of_what_is_saved(page, tickets, beatriz, complaints):
    actions.change_question(fresh(tickets[0]), Actor.person(beatriz), "Sem som", "access")
    page.reload()
    page.locator(".question-edit > summary").click()
    page.locator(".question-edit [name=question]").fill("")
    page.locator(".question-edit [name=topic]").select_option("")
    page.locator(".question-edit form button").click()
    expect(page.locator(".question-edit .errorlist")).to_be_visible()
    page.locator(".question-edit [name=question]").fill(SAID)
    page.reload()
    expect(page.locator(".question-edit [name=question]")).to_have_value(SAID)
    expect(page.locator(".question-edit [name=topic]")).to_have_value("")
    complaints[:] = [said for said in complaints if "422" not in said]
