"""Reads a page as a person would see it."""

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
# Of all focusable elements that match: those whose focus ring is cut off by the window or by a container.
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
# The classes of those `others` that overlap the first element matching `one`.
MEET = """([one, others]) => {
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const box = document.querySelector(one).getBoundingClientRect();
    const met = [...document.querySelectorAll(others)].filter((each) => meets(box, each.getBoundingClientRect()));
    return met.map((each) => each.className);
}"""


def fill_inbox(team, count, **fields):
    """Create `count` tickets, each of its own learner; the first has been waiting longest."""
    learners = [LearnerFactory.build(team=team, name=f"Aluno {place:03}") for place in range(1, count + 1)]
    second = timedelta(seconds=1)
    times = {"requested_at": timezone.now() - (count - 1) * second, "apart": second}
    return open_tickets(team, count, learners=Learner.objects.bulk_create(learners), **times, **fields)


def address(server, ticket):
    """The address of a ticket's page."""
    return f"{server}/t/escola/tickets/{ticket.number}/"


UNDONE = re.compile("undone|desfeito")


def choose(page, key, value):
    """Open the ticket's picker with this key, and choose a value such as `priority:4`."""
    page.locator(f"#ticket [data-key='{key}']").click()
    page.locator(f"[data-picker]:popover-open [value='{value}']").click()


def row_of(page, ticket):
    """The ticket's row in the list."""
    return page.locator("[data-row]", has=page.locator(f"input[name=ticket][value^='{ticket.number}-']"))


def expect_handled(page, ticket):
    """Check that the ticket's row is still there, but marked as no longer belonging to the list."""
    expect(row_of(page, ticket)).to_have_class(re.compile("row-handled"))


def focused_number(page):
    """The number of the ticket whose row has the focus, or None."""
    return page.evaluate(
        "Number(document.activeElement.closest('[data-row]')?.querySelector('input[name=ticket]').value.split('-')[0])"
        " || null"
    )


def assert_focus_shows(page, text=""):
    """Wait until the focused element shows a ring, is in view, is not covered, and contains this text."""
    focus: dict = {}

    def shows():
        focus.update(page.evaluate(FOCUS))
        return focus["ring"] and focus["inView"] and not focus["covered"] and text in focus["is"]

    until(page, shows, focus)


def until(page, happened: str | Callable, told: object = ""):
    """Wait until this expression is true in the page, or this function returns true; fail with `told` after 15 seconds.

    Playwright's own waiting is not used: our pages' policy blocks the evaluation of expressions. Nor is `time.sleep`,
    during which Playwright reports no requests.
    """
    deadline = time.monotonic() + 15
    while not (page.evaluate(happened) if isinstance(happened, str) else happened()):
        assert time.monotonic() < deadline, told or f"it was never so: {happened}"
        page.wait_for_timeout(50)


def let_page_ask(*pages):
    """Advance the clock of each page by five seconds, to make it ask for updates; needs `clock.install`."""
    for page in pages:
        page.clock.fast_forward(5_000)


class Finger:
    """A finger that taps one spot. The page gets exact timestamps, however busy the machine is."""

    def __init__(self, page, x, y):
        self.devtools, self.point = page.context.new_cdp_session(page), {"x": x, "y": y}
        self.began = time.time()

    def tap(self, after=0.0):
        """Tap this many seconds after the finger was created."""
        at = self.began + after
        for kind, points, when in (("touchStart", [self.point], at), ("touchEnd", [], at + 0.02)):
            self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": when})


def wait_for_worker(page, name=".js"):
    """Wait until a service worker controls the page."""
    until(page, f"navigator.serviceWorker.controller?.scriptURL.endsWith('{name}')")


def open_note(page):
    """Open the note editor and return its text field; what is typed becomes the person's draft at once."""
    page.locator(".dock-note").click()
    return page.locator("#ticket").get_by_label("Nota para a equipe")
