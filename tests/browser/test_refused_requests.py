"""A refused background request and an ended session are shown; the next successful response hides the message."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets.models import Status
from tests.browser.reading import MEET, fill_inbox, let_page_ask
from tests.browser.scanning import scan_at_every_width
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english"), pytest.mark.page_of("ana")]
MEANT = ("Failed to load resource", "Response Status Error Code", "htmx:")


@pytest.fixture(autouse=True)
def _refusals_are_meant(complaints):
    yield
    assert [text for text in complaints if not text.startswith(MEANT)] == []
    complaints.clear()


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_failed_change_is_reported_until_one_succeeds(page, server, school, status):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")

    def answer(route):
        if route.request.method == "POST":
            route.fulfill(status=status, content_type="text/html", body="no")
        else:
            route.fallback()

    page.route("**/*", answer)
    resolve = page.locator("#ticket").get_by_role("button", name="Resolve", exact=True)
    resolve.click()
    expect(page.locator("#failure")).to_contain_text(
        "did not go through" if status < 500 else "the server had a problem"
    )
    assert fresh(ticket).status == Status.NEW
    page.unroute("**/*")
    resolve.click()
    expect(page.locator("#bulk")).to_contain_text("resolved")
    expect(page.locator("#failure")).to_be_hidden()
    assert fresh(ticket).status == Status.RESOLVED


def test_a_failure_hides_other_toasts_until_it_is_closed(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.locator("#ticket .slot[data-key=t]").click()
    taken = page.locator("#bulk .toast:not(#failure)")
    expect(taken).to_be_visible()
    page.route("**/changes/", lambda route: route.fulfill(status=403, content_type="text/html", body="no"))
    page.locator("#ticket .slot[data-key=e]").click()
    expect(page.locator("#failure")).to_be_visible()
    expect(taken).to_be_hidden()
    page.locator("#failure").get_by_role("button", name="Close").click()
    expect(taken).to_be_visible()


@pytest.mark.parametrize(("status", "is_offline"), [(403, False), (502, True)])
def test_only_a_missing_response_counts_as_a_lost_connection(page, server, school, status, is_offline):
    fill_inbox(school, 1)
    page.clock.install()
    page.goto(f"{server}/t/escola/")
    page.route("**/news/**", lambda route: route.fulfill(status=status, content_type="text/html", body="no"))
    with page.expect_response("**/news/**"):
        let_page_ask(page)
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.locator("#offline").is_visible() == is_offline
    expect(page.locator("#failure")).to_have_count(0)


def test_an_expired_session_is_reported_until_there_is_one_again(page, server, school):
    fill_inbox(school, 1)
    page.clock.install()
    page.goto(f"{server}/t/escola/")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    let_page_ask(page)
    expect(page.locator("#logged-out")).to_be_visible()
    page.context.add_cookies(cookies)
    let_page_ask(page)
    expect(page.locator("#logged-out")).to_be_hidden()


def test_the_notice_of_an_expired_session_covers_nothing_of_the_ticket(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    for width in (360, 1280):
        page = open_page(width, user=ana)
        page.clock.install()
        page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
        page.context.clear_cookies(name="sessionid")
        let_page_ask(page)
        expect(page.locator("#logged-out").get_by_role("link", name="Log in")).to_be_in_viewport()
        needed = "#ticket :is(.ticket-head, .ticket-bar > *, .slot, .dock-closed *), .list-bar"
        assert page.evaluate(MEET, ["#logged-out", needed]) == []


def test_the_notice_of_a_failure_covers_no_buttons_and_can_be_closed(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    for width in (360, 1280):
        page = open_page(width, user=ana)
        page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
        page.route("**/changes/", lambda route: route.fulfill(status=500, content_type="text/html", body="no"))
        page.locator("#ticket").get_by_role("button", name="Resolve", exact=True).click()
        told = page.locator("#failure")
        expect(told).to_be_visible()
        pressed = "#ticket :is(.ticket-head, .ticket-bar > *, .slot, .dock-closed *)"
        assert page.evaluate(MEET, ["#failure", pressed]) == []
        told.get_by_role("button", name="Close").click()
        expect(told).to_have_count(0)


@pytest.mark.parametrize("status", [0, 500])
def test_a_list_that_fails_to_load_says_so_and_can_be_retried(page, server, school, status):
    (ticket,) = fill_inbox(school, 1)

    def answer(route):
        if status:
            route.fulfill(status=status, content_type="text/html", body="no")
        else:
            route.abort()

    page.route(f"{server}/t/escola/", answer)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    told = page.get_by_role("alert").filter(has_text="The list could not be loaded")
    expect(told).to_be_visible()
    expect(page.locator(".list-loading")).to_be_hidden()
    expect(page.locator("#failure")).to_have_count(0)
    again = told.get_by_role("button", name="Try again")
    again.click()
    expect(again).to_be_focused()
    page.unroute(f"{server}/t/escola/")
    again.click()
    expect(page.locator("#list [data-row]")).to_have_count(1)
    expect(told).to_have_count(0)
    expect(page.locator("#list .row-link")).to_be_focused()


def test_a_list_that_failed_to_load_passes_a_scan(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.route(f"{server}/t/escola/", lambda route: route.fulfill(status=500, content_type="text/html", body="no"))
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page.locator(".list-failed")).to_be_visible()
    assert scan_at_every_width(page, "a list that could not be had", ".list-failed", widths=(1280, 1920)) == []
