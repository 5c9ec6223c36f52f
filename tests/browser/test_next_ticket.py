"""Going on to another ticket: its head is in sight, and keys act on it."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets.models import Status
from tests.browser.reading import fill_inbox, row_of
from tests.factories import ActivityFactory
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"
PANES = "[document.scrollingElement, document.getElementById('desk')]"
SCROLLED = f"{PANES}.map((pane) => pane.scrollTop)"


@pytest.fixture
def tickets(school):
    """Three, each with more to read than fits a screen."""
    tickets = fill_inbox(school, 3)
    for ticket in tickets:
        ActivityFactory.create_batch(
            8, team=school, learner=ticket.learner, course=ticket.course, occurred_at=ticket.requested_at
        )
    return tickets


def head(page):
    return page.locator("#ticket h1")


def open_row(page, server, ticket):
    page.goto(server + INBOX)
    row_of(page, ticket).locator(".row-link").click()
    expect(head(page)).to_contain_text(str(ticket.learner))


def read_to_the_end(page):
    page.evaluate(f"for (const pane of {PANES}) pane.scrollTop = 9999")
    assert sum(page.evaluate(SCROLLED)) > 50


@pytest.mark.parametrize("width", [360, 1280])
def test_the_next_one_and_the_one_that_comes_back_show_their_heads(open_page, server, tickets, ana, width):
    first, second, _third = tickets
    page = open_page(width, user=ana, viewport={"width": width, "height": 500})
    open_row(page, server, first)
    for step, shown in [("e", second), ("z", first), ("j", second)]:
        read_to_the_end(page)
        page.keyboard.press(step)
        expect(head(page)).to_contain_text(str(shown.learner))
        expect(head(page)).to_be_in_viewport()
        assert page.evaluate(SCROLLED) == [0, 0]


def test_the_same_one_stays_where_it_was_read(open_page, server, tickets, ana):
    page = open_page(user=ana, viewport={"width": 1280, "height": 500})
    open_row(page, server, tickets[0])
    read_to_the_end(page)
    page.keyboard.press("t")
    expect(page.locator("#ticket .timeline")).to_contain_text("assumiu")
    assert page.evaluate(SCROLLED)[1] > 50


def test_keys_act_on_the_one_that_came_back_by_undo(open_page, server, tickets, ana):
    first, second, _third = tickets
    page = open_page(user=ana)
    open_row(page, server, first)
    page.locator("#ticket .slot").first.click()
    expect(head(page)).to_contain_text(str(second.learner))
    expect(head(page)).to_be_focused()
    page.keyboard.press("z")
    expect(head(page)).to_contain_text(str(first.learner))
    page.wait_for_timeout(450)  # till what has come under the thumb acts
    page.keyboard.press("e")
    expect(head(page)).to_contain_text(str(second.learner))
    assert (fresh(first).status, fresh(second).status) == (Status.RESOLVED, Status.NEW)


def test_so_they_do_where_the_list_has_the_focus(open_page, server, tickets, ana):
    first, second, _third = tickets
    page = open_page(user=ana)
    open_row(page, server, first)
    row_of(page, first).locator(".row-link").focus()
    page.keyboard.press("e")
    expect(head(page)).to_contain_text(str(second.learner))
    expect(head(page)).to_be_focused()
    page.keyboard.press("z")
    expect(head(page)).to_contain_text(str(first.learner))
    page.wait_for_timeout(450)
    page.keyboard.press("e")
    expect(head(page)).to_contain_text(str(second.learner))
    assert (fresh(first).status, fresh(second).status) == (Status.RESOLVED, Status.NEW)


def test_beside_the_list_the_page_itself_never_scrolls(open_page, server, tickets, ana):
    page = open_page(user=ana, viewport={"width": 1280, "height": 500})
    open_row(page, server, tickets[0])
    assert page.evaluate("document.scrollingElement.scrollHeight") == 500
