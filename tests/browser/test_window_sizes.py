"""Windows of every size, and print: everything fits, the bars leave room, and messages are scrolled into view."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.courses.models import Lesson
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.reading import CUT_RINGS, UNDONE, fill_inbox
from tests.factories import CourseFactory, LearnerFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
SIZES = [(320, 568), (360, 640), (640, 360), (640, 512), (960, 475), (960, 540), (1440, 900)]
TOO_WIDE = """(width) => [
    ...(document.documentElement.scrollWidth > width ? ["the page"] : []),
    ...[...document.querySelectorAll(".slot, .editor-foot .btn, .sidebar a")]
        .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.outerHTML.slice(0, 90)),
]"""
# The pixels of the window's height that what is read does not scroll through.
BARS = """() => [".tab-bar", ".slots", ".dock", ".pane-bar", ".row-group-title", ".ticket-bar", ".slim-head"]
    .map((name) => document.querySelector(name))
    .filter((bar) => bar?.checkVisibility())
    .filter((bar) => ["fixed", "sticky"].includes(getComputedStyle(bar).position)
        || (bar.matches(".pane-bar") && innerWidth > 800))
    .reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0)"""


@pytest.fixture
def awaiting(school, ana):
    """A snoozed ticket of a lesson whose learner waits for an answer; there is another."""
    first, _second = fill_inbox(school, 2, question="O vídeo da aula não abre no celular")
    lesson = Lesson.objects.create(team=school, course=first.course, key="1", title="Ponto do caramelo " * 3)
    now = timezone.now()
    Ticket.objects.update(awaiting_reply_since=now - timedelta(minutes=3), topic="video", lesson=lesson)
    actions.snooze_ticket(fresh(first), Actor.person(ana), now + timedelta(days=1))
    return first


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everything_fits_and_the_bars_leave_room(open_page, server, awaiting, ana, width, height):
    is_phone, is_low = width <= 800, height <= 560
    page = open_page(user=ana, viewport={"width": width, "height": height}, has_touch=is_phone, is_mobile=is_phone)
    page.goto(f"{server}/t/escola/tickets/{awaiting.number}/")
    assert page.evaluate(TOO_WIDE, width) == []
    if is_phone:
        assert page.locator("#ticket .slots").evaluate("(slots) => slots.getBoundingClientRect().bottom") == height
        assert page.locator(".question-about").bounding_box()["height"] < 90, "the chips take more than two lines"
    if is_low:
        assert page.evaluate(BARS) < 0.15 * height
    page.locator(".dock-reply").click()
    expect(page.locator(".split-button > .btn")).to_be_visible()
    assert page.evaluate(TOO_WIDE, width) == []
    assert page.locator(".split-button > .btn").bounding_box()["height"] < 50

    page.goto(f"{server}/t/escola/")
    assert page.evaluate(TOO_WIDE, width) == []
    if is_low:
        assert page.evaluate(BARS) < 0.15 * height
    if is_phone:
        page.locator(".tab-bar summary").tap()
        menu = page.locator(".tab-bar-menu")
        expect(menu).to_be_visible()
        assert menu.bounding_box()["y"] >= 0
        for end in (menu.locator("form").last, menu.locator("a").first):
            end.scroll_into_view_if_needed()
            expect(end).to_be_in_viewport(ratio=1)


def test_a_long_ticket_is_printed_completely_in_landscape(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1, question="Uma linha da pergunta\n\n" * 40)
    page = open_page(user=ana, viewport={"width": 1047, "height": 718})
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.emulate_media(media="print")
    expect(page.locator(".question-edit")).to_be_hidden()
    desk = page.locator("#ticket-pane")
    assert desk.evaluate("(desk) => getComputedStyle(desk).overflowY") == "visible"
    assert desk.bounding_box()["height"] > 718
    assert page.evaluate("document.documentElement.scrollHeight") >= desk.bounding_box()["height"]


def test_the_toast_after_the_last_ticket_is_announced_and_the_count_is_correct(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana, viewport={"width": 1024, "height": 768})
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page).not_to_have_title(re.compile(r"^\("))
    page.keyboard.press("t")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.keyboard.press("e")
    page.wait_for_url("**/t/escola/?changed=*")
    # What stands in the page as it comes is read out by nothing; what a script puts there is.
    expect(page.locator("#bulk[aria-live] > .sr-only")).to_contain_text("resolvido")
    page.locator("#bulk [data-key=z]").click()
    expect(page.locator("#bulk .toast")).to_contain_text(UNDONE)


def test_a_wide_window_is_used(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1, question="O vídeo da aula não abre no celular")
    page = open_page(user=ana, viewport={"width": 1920, "height": 1080})
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page.locator("[data-row]")).to_be_visible()
    assert page.locator("#list-pane").bounding_box()["width"] == 520
    question, panel = (page.locator(part).bounding_box() for part in (".question-section", ".context-panel"))
    assert panel["x"] >= question["x"] + question["width"]
    assert 1920 - 56 < panel["x"] + panel["width"] <= 1920
    assert panel["y"] < question["y"]
    expect(page.locator("#email")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 800, 801, 1280])
def test_no_focus_ring_of_the_bars_is_cut_off(open_page, server, awaiting, ana, width):
    page = open_page(width, user=ana, reduced_motion="reduce")
    bars = ".slots *, .tab-bar *, .dock *, .ticket-bar *, .pane-bar *, .toast *"
    for path in ("", f"tickets/{awaiting.number}/"):
        page.goto(f"{server}/t/escola/{path}")
        assert page.evaluate(CUT_RINGS, bars) == []
    page.locator(".dock-note").click()
    assert page.evaluate(CUT_RINGS, bars) == []


@pytest.mark.parametrize("height", [768, 800])
def test_the_whole_sidebar_is_visible_in_a_low_window(open_page, server, school, ana, height):
    fill_inbox(school, 1)
    page = open_page(user=ana, viewport={"width": 1280, "height": height})
    page.goto(f"{server}/t/escola/")
    expect(page.locator(".sidebar [name=language]")).to_be_in_viewport(ratio=1)
    assert page.locator(".sidebar").evaluate("(bar) => bar.scrollHeight <= bar.clientHeight")


@pytest.mark.parametrize(("width", "has_icons"), [(801, False), (1024, True), (1100, True)])
def test_slots_show_icons_if_there_is_room(open_page, server, awaiting, ana, width, has_icons):
    page = open_page(user=ana, viewport={"width": width, "height": 800})
    page.goto(f"{server}/t/escola/tickets/{awaiting.number}/")
    assert page.locator("#ticket .slots .slot .icon").first.is_visible() == has_icons
    assert page.evaluate(TOO_WIDE, width) == []


def test_a_name_with_an_address_leaves_room_for_the_course(open_page, server, school, ana):
    course = CourseFactory(team=school, title="Chocolate para vender")
    for number in (1, 2):
        learner = LearnerFactory(team=school, name="Vinícius Rocha", email=f"vinicius.rocha.{number}@aluna.example")
        open_ticket(school, learner=learner, course=course)
    page = open_page(user=ana, viewport={"width": 1440, "height": 900})
    page.goto(f"{server}/t/escola/")
    expect(page.locator("[data-row]")).to_have_count(2)
    for row in page.locator("[data-row]").all():
        name, course_box = (row.locator(part).bounding_box() for part in (".row-learner b", ".row-course"))
        line = row.locator(".row-learner").bounding_box()
        assert course_box["width"] > 0.3 * line["width"]
        assert course_box["x"] + course_box["width"] <= line["x"] + line["width"] + 1
        assert name["x"] + name["width"] <= course_box["x"]


def test_an_ordinary_name_is_not_cut_for_the_course(open_page, server, school, ana):
    course = CourseFactory(team=school, title="Bolos de casamento do começo ao fim")
    for name in ("Sebastião Vasconcelos", "Eduarda Nogueira"):
        open_ticket(school, learner=LearnerFactory(team=school, name=name), course=course)
    page = open_page(user=ana, viewport={"width": 1280, "height": 800})
    page.goto(f"{server}/t/escola/")
    names = page.locator(".row-learner b").evaluate_all(
        "all => all.map((b) => [b.innerText, b.scrollWidth <= b.clientWidth])"
    )
    assert sorted(names) == [["Eduarda Nogueira", True], ["Sebastião Vasconcelos", True]]
    courses = page.locator(".row-course").all()
    assert len(courses) == 2
    assert all(box.bounding_box()["width"] > 40 for box in courses)


# How much of the first letters of what is kept in sight is in sight, and whether the name before it shows as well.
KEPT = """(name) => {
    const [before, tail] = name.children, range = document.createRange(), text = tail.firstChild;
    range.setStart(text, 0);
    range.setEnd(text, 8);
    const shown = tail.getBoundingClientRect(), letters = range.getBoundingClientRect();
    return [letters.right <= shown.right + 1, before.getBoundingClientRect().width > 20];
}"""


@pytest.mark.parametrize("width", [320, 430, 1280])
def test_namesakes_with_similar_addresses_can_be_distinguished(open_page, server, school, ana, width):
    course = CourseFactory(team=school, title="Chocolate para vender")
    for place in ("conceicao.santos1", "conceicao.santos2", "conceicaosantos3"):
        learner = LearnerFactory(team=school, name="Conceição Aparecida Santos", email=f"{place}@gmail.com")
        open_ticket(school, learner=learner, course=course)
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/")
    names = page.locator(".row-learner b").all()
    assert [name.evaluate(KEPT) for name in names] == [[True, True]] * 3
    assert len({name.locator(".row-tail").inner_text()[:8] for name in names}) == 3
    if (shown := page.locator(".row-course").first).is_visible():
        assert shown.bounding_box()["width"] > 0.3 * page.locator(".row-learner").first.bounding_box()["width"]
