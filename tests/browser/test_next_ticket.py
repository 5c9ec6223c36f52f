"""After a change the next ticket is shown from its top and has the keyboard, on a page that does not scroll."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.browser.reading import choose, expect_handled, fill_inbox, row_of, until
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"


def head(page):
    return page.locator("#ticket h1")


def fill_with_long_tickets(team, ana, count):
    tickets = fill_inbox(team, count)
    for ticket in tickets:
        for number in range(12):
            actions.add_note(ticket, Actor.person(ana), f"Nota {number}")
    return tickets


@pytest.mark.parametrize("act", ["click", "key in its row"])
def test_after_an_undo_keys_act_on_the_restored_ticket(open_page, server, school, ana, act):
    first, second, third = fill_inbox(school, 3)
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    row_of(page, first).locator(".row-link").click()
    expect(head(page)).to_contain_text("Aluno 001")
    if act == "click":
        page.locator("#ticket .slot-resolve").click()
    else:
        row_of(page, first).locator(".row-link").focus()
        page.keyboard.press("e")
    expect(head(page)).to_contain_text("Aluno 002")
    expect_handled(page, first)
    expect(head(page)).to_be_focused()
    page.keyboard.press("z")
    expect(head(page)).to_contain_text("Aluno 001")
    expect(page.locator("#list .row-handled")).to_have_count(0)
    expect(head(page)).to_be_focused()
    page.keyboard.press("e")
    expect(head(page)).to_contain_text("Aluno 002")
    expect_handled(page, first)
    assert [fresh(ticket).status for ticket in (first, second, third)] == [Status.RESOLVED, Status.NEW, Status.NEW]


def scroll_down(page):
    page.evaluate("scrollTo(0, 300); document.getElementById('ticket-pane').scrollTop = 300")
    until(page, "scrollY + document.getElementById('ticket-pane').scrollTop >= 300")


def expect_at_its_head(page, name):
    expect(head(page)).to_contain_text(name)
    until(page, "scrollY + document.getElementById('ticket-pane').scrollTop === 0")
    expect(head(page)).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 1440])
def test_another_ticket_opens_at_its_top_and_the_same_one_keeps_its_place(open_page, server, school, ana, width):
    first, *_others = fill_with_long_tickets(school, ana, 3)
    page = open_page(width, user=ana)
    page.goto(f"{server}{INBOX}tickets/{first.number}/")
    scroll_down(page)
    page.locator("#ticket .slot-resolve").click()
    expect_at_its_head(page, "Aluno 002")
    scroll_down(page)
    page.keyboard.press("z")
    expect_at_its_head(page, "Aluno 001")
    choose(page, "s", "snooze:tomorrow")
    expect_at_its_head(page, "Aluno 002")
    scroll_down(page)
    page.keyboard.press("j")
    expect_at_its_head(page, "Aluno 003")
    scroll_down(page)
    page.keyboard.press("t")
    expect(page.locator("#ticket .slots")).to_contain_text("Você")
    until(page, "scrollY + document.getElementById('ticket-pane').scrollTop >= 300")


@pytest.mark.parametrize("width", [900, 1280])
def test_the_page_does_not_scroll_beside_scrolling_panes(open_page, server, school, ana, width):
    first, *_others = fill_with_long_tickets(school, ana, 30)
    page = open_page(user=ana, viewport={"width": width, "height": 720})
    for address in (INBOX, f"{INBOX}tickets/{first.number}/"):
        page.goto(server + address)
        if width == 1280 or "tickets" not in address:
            expect(page.locator("[data-row]").first).to_be_visible()
        until(page, "document.scrollingElement.scrollHeight === innerHeight")


@pytest.mark.parametrize("by", ["the ticket", "its row"])
def test_a_change_keeps_the_position_of_the_ticket_in_its_list(open_page, server, school, ana, by):
    _first, _second, third = fill_inbox(school, 3)
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    row_of(page, third).locator(".row-link").click()
    place = page.locator("#ticket .ticket-bar")
    expect(place).to_contain_text("3 de 3")
    if by == "the ticket":
        choose(page, "p", "priority:4")
    else:
        row_of(page, third).locator("[data-key=m]").click()
        page.locator("#sheet button[value='priority:4']").click()
    expect(page.locator("#ticket .properties")).to_contain_text("Urgente")
    expect(place).to_contain_text("3 de 3")
    assert "above" not in page.url
    page.keyboard.press("e")
    expect(head(page)).to_contain_text("Aluno 001")
