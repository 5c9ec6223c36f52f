"""What a person at the page sees of it."""

import re
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


def fill_inbox(team, count, **fields):
    """So many tickets of as many learners, the first one waiting longest."""
    learners = [LearnerFactory.build(team=team, name=f"Aluno {place:03}") for place in range(1, count + 1)]
    second = timedelta(seconds=1)
    times = {"requested_at": timezone.now() - (count - 1) * second, "apart": second}
    return open_tickets(team, count, learners=Learner.objects.bulk_create(learners), **times, **fields)


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
    """The focus is on something that has a ring, is in view and is not covered; and on the element of this text."""
    focus = page.evaluate(FOCUS)
    assert focus["ring"], focus
    assert focus["inView"], focus
    assert not focus["covered"], focus
    assert text in focus["is"], focus


def until(page, expression):
    """Wait until this is so; the policy of our pages keeps Playwright from evaluating it there by itself."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it was never so: {expression}")


def wait_for_worker(page, name=".js"):
    """Until the page is under the hand of its worker."""
    until(page, f"navigator.serviceWorker.controller?.scriptURL.endsWith('{name}')")


def open_note(page):
    """The text of a note, its paper opened; what is done there is the person's draft at once."""
    page.locator(".dock-note").click()
    return page.get_by_label("Nota para a equipe")
