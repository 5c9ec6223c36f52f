"""Alignment: edges line up, and stay in place whatever is selected, hovered or changed."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.tickets.models import Ticket
from tests.browser.reading import MEET, expect_handled, fill_inbox, row_of, until
from tests.factories import source_of

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"


@pytest.mark.parametrize(("language", "count"), [("pt-br", 30), ("en", 30), ("pt-br", 101)])
def test_the_sidebar_has_the_same_height_in_every_view(open_page, server, school, ana, language, count):
    ana.language = language
    ana.save()
    fill_inbox(school, count)
    page = open_page(user=ana, viewport={"width": 1440, "height": 900})
    for view in ("", "?status=pending", "?status=open", "?assignee=none"):
        page.goto(f"{server}{INBOX}{view}")
        expect(page.locator("#views [aria-current]")).to_be_visible()
        heights = "(all) => Object.fromEntries(all.map((each) => [each.textContent, each.offsetHeight]))"
        shown = page.locator(".sidebar .nav a").evaluate_all(heights)
        assert set(shown.values()) == {34}, shown
        cut = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"
        assert count > 100 or page.locator("#views .clip").evaluate_all(cut) == []  # “100+” may need the room


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_dock_is_aligned_with_the_text(open_page, server, school, ana, width):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(width, user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    text, dock = page.locator("#ticket .conversation").bounding_box(), page.locator(".dock-closed").bounding_box()
    assert (dock["x"], dock["width"]) == (text["x"], text["width"])
    last = page.locator(".dock-note").bounding_box()
    assert last["x"] + last["width"] == pytest.approx(text["x"] + text["width"], abs=0.5)


def test_a_handled_row_keeps_its_columns_and_shows_since_when(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    Ticket.objects.update(requested_at=timezone.now() - timedelta(hours=11))
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    course = row_of(page, ticket).locator(".row-course")
    expect(row_of(page, ticket).locator(".row-wait")).to_contain_text("11 h")
    before = course.bounding_box()
    row_of(page, ticket).locator(".row-link").focus()
    page.keyboard.press("e")
    expect_handled(page, ticket)
    expect(row_of(page, ticket).locator(".row-wait")).not_to_contain_text("11")
    assert course.bounding_box() == before


def test_the_rows_button_does_not_cover_its_content(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    row_of(page, ticket).hover()
    button = page.locator(".row-actions [data-key=m]")
    expect(button).to_be_visible()
    assert page.evaluate(MEET, [".row-actions [data-key=m]", ".row-course, .row-summary, .row-assignee .avatar"]) == []
    button.click()
    expect(page.locator("#sheet")).to_be_visible()


def test_a_selected_circle_has_no_dot(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    Ticket.objects.update(awaiting_reply_since=timezone.now() - timedelta(hours=1))
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    dot = "getComputedStyle(document.querySelector('.avatar-unseen'), '::after').display"
    assert page.evaluate(dot) != "none"
    row_of(page, ticket).get_by_role("checkbox").check()
    until(page, f"{dot} === 'none'")


def test_a_wide_screen_is_used_for_columns_and_a_pages_button_is_aligned_with_its_list(open_page, server, school, ana):
    fill_inbox(school, 3)
    source_of(school)
    page = open_page(1920, user=ana)

    def right_edge(selector):
        box = page.locator(selector).first.bounding_box()
        return box["x"] + box["width"]

    page.goto(f"{server}/t/escola/reports/")
    assert 1880 <= right_edge(".reports") <= 1920
    page.goto(f"{server}/t/escola/sources/")
    assert right_edge(".page-header .btn") == right_edge(".page-medium")


@pytest.mark.parametrize("width", [360, 1280])
def test_chips_and_texts_of_a_ticket_are_evenly_spaced(open_page, server, school, ana, width):
    (ticket,) = fill_inbox(school, 1, question="O vídeo não abre", topic="video")
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    parts = ["div.properties > .property", ".question-about > .property", ".question", ".question-edit > summary"]
    boxes = [page.locator(f"#ticket {part}").last.bounding_box() for part in parts]
    around = (boxes[-1]["height"] - 20) / 2  # of its line, for a finger
    gaps = [after["y"] - before["y"] - before["height"] for before, after in pairwise(boxes)]
    assert gaps == [12, 12, 12 - around]


def test_the_columns_of_a_first_reply_begin_at_the_same_height(open_page, server, school, ana):
    fill_inbox(school, 1)
    page = open_page(1280, user=ana)
    page.goto(f"{server}/t/escola/email/first-replies/new/")
    form, email = page.locator("#first-reply-form"), page.locator(".first-reply-email")
    assert form.bounding_box()["y"] == email.bounding_box()["y"]
