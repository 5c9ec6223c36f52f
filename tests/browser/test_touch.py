"""Taps: a second tap does not hit what has just appeared, and a near miss hits a small target."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.bulk.models import BulkChange
from helpdesk.conversations.models import Mailbox
from helpdesk.courses.models import Lesson
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.browser.reading import Finger, fill_inbox, until
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
LATE = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture
def short_phone(open_page, ana):
    return open_page(360, user=ana, has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})


def delay(page):
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LATE)


def tap_twice(page, element, *, after=120):
    """Two taps of one finger in one place, near the element's left end, so many milliseconds apart."""
    element.scroll_into_view_if_needed()
    page.wait_for_timeout(450)
    box = element.bounding_box()
    place = box["x"] + min(40, box["width"] / 2), box["y"] + box["height"] / 2
    finger = Finger(page, *place)
    finger.tap()
    page.wait_for_timeout(after)
    finger.tap(after / 1000)


def test_a_double_tap_acts_once_whatever_it_closes(short_phone, server, school, ana):
    first, second = fill_inbox(school, 2)
    for name in ("ab", "cd", "ef"):
        actions.add_tag(first, Actor.person(ana), name)
    short_phone.goto(f"{server}/t/escola/tickets/{first.number}/")
    delay(short_phone)

    short_phone.locator(".property[data-key=p]").tap()
    tap_twice(short_phone, short_phone.locator("#picker-priority [value='priority:1']"))
    expect(short_phone.locator(".property[data-key=p]")).to_contain_text("Baixa")
    short_phone.wait_for_timeout(400)
    assert fresh(first).status == Status.NEW, "the sheet's second tap resolved"

    tap_twice(short_phone, short_phone.locator(".property-tag button").first, after=330)
    expect(short_phone.locator(".property-tag")).to_have_count(2)
    short_phone.wait_for_timeout(400)
    assert first.tags.count() == 2

    short_phone.locator(".property[data-key=p]").tap()
    short_phone.wait_for_timeout(450)
    status = short_phone.locator(".property[data-key=c]").bounding_box()
    short_phone.touchscreen.tap(status["x"] + 20, status["y"] + 10)  # beside the sheet, which it closes
    expect(short_phone.locator("[data-picker]:popover-open")).to_have_count(0)

    toast = short_phone.locator("#bulk .toast")
    tap_twice(short_phone, toast.locator("[data-close-toast]"))
    expect(toast).to_have_count(0)
    expect(short_phone.locator(".dock")).to_have_attribute("data-editor", "")

    short_phone.goto(f"{server}/t/escola/")
    short_phone.locator("[data-row='2'] [data-key=m]").tap()
    tap_twice(short_phone, short_phone.locator("#sheet [value='priority:1']"))
    expect(short_phone.locator("#bulk .toast")).to_be_visible()
    short_phone.wait_for_timeout(400)
    assert short_phone.url == f"{server}/t/escola/"
    assert BulkChange.objects.count() == 3

    short_phone.locator("[data-row='1'] .row-select").tap()
    tap_twice(short_phone, short_phone.locator("#changes .slot-resolve"), after=450)
    expect(short_phone.locator("[data-row='1']")).to_have_class(re.compile("row-handled"))
    short_phone.wait_for_timeout(400)
    expect(short_phone.locator("#bulk [data-key=z]")).to_be_visible()
    assert [fresh(ticket).status for ticket in (first, second)] == [Status.RESOLVED, Status.NEW]


@pytest.mark.parametrize("slot", [1, 2, 3])
def test_nothing_under_the_tap_that_opened_a_sheet_can_be_pressed(short_phone, server, school, ana, slot):
    (ticket,) = fill_inbox(school, 1)
    actions.take_ticket(ticket, Actor.person(ana))
    for number in range(9):
        MembershipFactory(team=school, user__name=f"Pessoa {number}")
    address = f"{server}/t/escola/tickets/{ticket.number}/"
    short_phone.goto(address)
    button = short_phone.locator("#ticket .slot").nth(slot)
    box = button.bounding_box()
    button.tap()
    sheet = short_phone.locator(".picker:popover-open")
    expect(sheet).to_be_visible()
    until(short_phone, "document.getAnimations().every(({ animationName }) => animationName !== 'tap-guard')")
    short_phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(sheet).to_have_count(0)
    expect(button).to_be_visible()
    assert short_phone.url == address
    assert BulkChange.objects.count() == 0


# The moment in which what was found takes no tap lasts, however long it takes until the test has seen it.
STAY_DEAF = """(within) => document.addEventListener("animationstart", ({ animationName, target }) => {
  if (animationName !== "tap-guard" || !target.closest(within)) return;
  for (const animation of target.getAnimations()) animation.pause();
}, { capture: true })"""


def test_late_results_in_the_palette_take_no_tap_meant_for_another_option(short_phone, server, school):
    fill_inbox(school, 3, question="Requeijão")
    address = f"{server}/t/escola/"
    short_phone.goto(address)
    held = []
    short_phone.route("**/palette/**", lambda route: held.append(route))
    short_phone.locator("[data-palette]:visible").first.tap()
    short_phone.get_by_role("combobox").press_sequentially("re")
    other = short_phone.locator("[data-palette-others] .palette-option:visible").first
    expect(other).to_be_visible()
    until(short_phone, lambda: held)
    box = other.bounding_box()
    finger = Finger(short_phone, box["x"] + 60, box["y"] + box["height"] / 2)
    short_phone.evaluate(STAY_DEAF, "#palette-found")
    for route in held:
        route.continue_()
    expect(short_phone.locator("#palette-found .palette-option").first).to_be_visible()
    finger.began = time.time()
    finger.tap()
    short_phone.wait_for_timeout(300)
    expect(short_phone.locator("#palette")).to_be_visible()
    assert short_phone.url == address


def test_late_suggestions_take_no_tap_meant_for_the_field(short_phone, server, school):
    LearnerFactory(team=school, name="Joana", email="jo@example.com")
    short_phone.goto(f"{server}/t/escola/tickets/new/")
    short_phone.evaluate(STAY_DEAF, ".suggestions")
    email = short_phone.locator("input[name=email]")
    email.press_sequentially("jo@")
    suggestion = short_phone.locator(".suggestion")
    expect(suggestion).to_be_visible()
    box = suggestion.bounding_box()
    finger = Finger(short_phone, box["x"] + 60, box["y"] + box["height"] / 2)
    finger.tap()
    short_phone.wait_for_timeout(300)
    expect(suggestion).to_be_visible()
    expect(email).to_be_focused()
    expect(email).to_have_value("jo@")
    short_phone.evaluate("for (const each of document.getAnimations()) each.finish()")
    finger.tap(1)
    expect(email).to_have_value("jo@example.com")


# How high each of these is for a finger: the pixels at which it takes a tap, from top to bottom.
HEIGHTS = """async (all) => {
  const guarded = document.getAnimations().filter((each) => each.animationName === "tap-guard");
  await Promise.allSettled(guarded.map((each) => each.finished)); // until then they take none
  return [...document.querySelectorAll(all)].filter((each) => each.checkVisibility()).map((each) => {
    each.scrollIntoView({ block: "center", inline: "center" });
    const { left, right, top, bottom } = each.getClientRects()[0], x = (left + right) / 2, middle = (top + bottom) / 2;
    const takes = (y) => each.contains(document.elementFromPoint(x, y));
    let high = middle, low = middle;
    while (takes(high - 1)) high -= 1;
    while (takes(low + 1)) low += 1;
    return [each.outerHTML.slice(0, 80), low - high + 1];
  });
}"""


def test_small_targets_accept_taps_around_them(short_phone, server, school, ana):
    course = CourseFactory(team=school)
    lesson = Lesson.objects.create(team=school, course=course, key="1", title="Ponto do caramelo")
    learner, now = LearnerFactory(team=school), timezone.now()
    for minutes in range(50, 56):
        at = now - timedelta(minutes=minutes)
        ActivityFactory(team=school, learner=learner, course=course, occurred_at=at)
    ticket = open_ticket(school, learner=learner, course=course, requested_at=now - timedelta(minutes=40))
    Ticket.objects.update(question="O vídeo não abre", topic="video", lesson=lesson)
    merged = open_ticket(school, learner=learner, requested_at=now)
    actor = Actor.person(ana)
    actions.merge_ticket(merged, actor, ticket)
    for person in (actor, Actor.person(MembershipFactory(team=school).user)):  # two folds, one below the other
        actions.change_priority(fresh(ticket), person, 3)
        actions.change_priority(fresh(ticket), person, 4)
    actions.add_tag(fresh(ticket), actor, "acesso")
    Mailbox.objects.create(team=school, kind="smtp", address="ajuda@escola.example")
    wanted = {
        f"tickets/{ticket.number}/": [
            "button.property",
            "a.property",
            ".property-tag button",
            ".question-edit > summary",
            ".trail-all > summary",
            ".timeline-group > summary",
            ".timeline-event .btn-link",
        ],
        f"tickets/{merged.number}/": [".notice .btn"],
        "tags/": ["td.num > a"],
        "courses/": ["tbody th > a", "td.num > a"],
        f"courses/{course.pk}/": [".breadcrumbs a", ".stats dd.num > a", ".stats dd.small > a", ".lesson-ranking a"],
        "reports/": ["header > .link.small", "summary.btn-link", "tbody th > a"],
        "team/": ["summary.btn-link"],
        "email/": [".breadcrumbs a"],
        "emails/": [".tabs a"],
        "email/mailboxes/": [".person > a"],
        f"lessons/{lesson.pk}/": [".stats dd.num > a"],
    }
    for path, kinds in wanted.items():
        short_phone.goto(f"{server}/t/escola/{path}")
        for kind in kinds:
            found = short_phone.evaluate(HEIGHTS, kind)
            assert found, f"{kind} is not on {path}"
            assert [each for each in found if each[1] < 44] == []
