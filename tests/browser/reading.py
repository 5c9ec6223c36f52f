"""What a person at the page sees of it."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.courses.models import Learner
from tests.factories import LearnerFactory, open_tickets

FOCUS = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    const ring = [null, "::after"].some((part) => {
        const style = getComputedStyle(element, part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    });
    const hit = document.elementFromPoint(box.x + Math.min(box.width / 2, 120), box.y + box.height / 2);
    return {
        is: element.tagName === "BODY" ? "nothing" : (element.closest("[data-row]") ?? element).innerText,
        ring,
        inView: box.top >= 0 && box.bottom <= innerHeight && box.width > 0,
        covered: !hit || !(element.contains(hit) || hit.contains(element) || hit.closest("label")?.contains(element)),
    };
}"""
# Of all that these match and can have the focus: those whose ring the window, or what they stand in, cuts off.
CUT_RINGS = """(selector) => [...document.querySelectorAll(selector)].filter((element) => {
    if (!element.checkVisibility() || element.disabled) return false;
    element.focus({ focusVisible: true });
    if (document.activeElement !== element) return false;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.outlineStyle === "none") return false; // what it stands in shows it
    const out = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
    const limits = [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }];
    for (let at = element.parentElement; at; at = at.parentElement) {
        const clips = getComputedStyle(at).overflowX !== "visible" && at !== document.body;
        if (clips) limits.push(at.getBoundingClientRect());
    }
    return limits.some((limit) => box.left - out < limit.left || box.right + out > limit.right
        || box.top - out < limit.top || box.bottom + out > limit.bottom);
}).map((element) => element.outerHTML.slice(0, 120))"""
# Which of the others meet the first element of a kind, by their classes.
MEET = """([one, others]) => {
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const box = document.querySelector(one).getBoundingClientRect();
    const met = [...document.querySelectorAll(others)].filter((each) => meets(box, each.getBoundingClientRect()));
    return met.map((each) => each.className);
}"""


def fill_inbox(team, count, **fields):
    """So many tickets of as many learners, the first one waiting longest."""
    learners = [LearnerFactory.build(team=team, name=f"Aluno {place:03}") for place in range(1, count + 1)]
    second = timedelta(seconds=1)
    times = {"requested_at": timezone.now() - (count - 1) * second, "apart": second}
    return open_tickets(team, count, learners=Learner.objects.bulk_create(learners), **times, **fields)


def address(server, ticket):
    """Of the ticket's page."""
    return f"{server}/t/escola/tickets/{ticket.number}/"


UNDONE = re.compile("undone|desfeito")


def choose(page, key, value):
    """Open the picker of the ticket's property to which this key leads, and choose a value such as `priority:4`."""
    page.locator(f"#ticket [data-key='{key}']").click()
    page.locator(f"[data-picker]:popover-open [value='{value}']").click()


def row_of(page, ticket):
    """The ticket's row in the list."""
    return page.locator("[data-row]", has=page.locator(f"input[name=ticket][value^='{ticket.number}-']"))


def expect_handled(page, ticket):
    """The ticket's row is still there, but its list would not show it any more."""
    expect(row_of(page, ticket)).to_have_class(re.compile("row-handled"))


def focused_number(page):
    """The number of the ticket in whose row the focus is; None where it is in no row."""
    return page.evaluate(
        "Number(document.activeElement.closest('[data-row]')?.querySelector('input[name=ticket]').value.split('-')[0])"
        " || null"
    )


def assert_focus_shows(page, text=""):
    """The focus comes to what has a ring, is in view and is not covered; and to the element of this text."""
    focus: dict = {}

    def shows():
        focus.update(page.evaluate(FOCUS))
        return focus["ring"] and focus["inView"] and not focus["covered"] and text in focus["is"]

    until(page, shows, focus)


def until(page, happened: str | Callable, told: object = ""):
    """Wait until this expression of the page is true, or this function says so; else fail with what is told.

    The policy of our pages keeps Playwright from evaluating an expression there by itself; and while one waits with
    `time.sleep`, it tells of no request.
    """
    deadline = time.monotonic() + 15
    while not (page.evaluate(happened) if isinstance(happened, str) else happened()):
        assert time.monotonic() < deadline, told or f"it was never so: {happened}"
        page.wait_for_timeout(50)


def let_page_ask(*pages):
    """Five seconds pass for each of these pages, in which it asks for news; its clock was installed before it came."""
    for page in pages:
        page.clock.fast_forward(5_000)


class Finger:
    """One that taps in one place; when, is told to the page as it is meant, however busy the machine is."""

    def __init__(self, page, x, y):
        self.devtools, self.point = page.context.new_cdp_session(page), {"x": x, "y": y}
        self.began = time.time()

    def tap(self, after=0.0):
        """So many seconds after the finger has come."""
        at = self.began + after
        for kind, points, when in (("touchStart", [self.point], at), ("touchEnd", [], at + 0.02)):
            self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": when})


def wait_for_worker(page, name=".js"):
    """Until the page is under the hand of its worker."""
    until(page, f"navigator.serviceWorker.controller?.scriptURL.endsWith('{name}')")


def open_note(page):
    """The text of a note, its editor opened; what is done there is the person's draft at once."""
    page.locator(".dock-note").click()
    return page.locator("#ticket").get_by_label("Nota para a equipe")
