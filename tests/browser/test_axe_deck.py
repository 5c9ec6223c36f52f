"""The deck as axe sees it at the widths that `test_axe.py` leaves out, in both schemes: each page is loaded once."""

import pytest
from playwright.sync_api import expect

from helpdesk.courses.models import Lesson
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.reading import fill_inbox
from tests.browser.scanning import scan_in_both
from tests.factories import ActivityFactory, CourseFactory

pytestmark = pytest.mark.browser
WIDTHS = (320, 768, 1920)


def resize(page, width):
    page.set_viewport_size({"width": width, "height": 800})


@pytest.fixture
def ticket(school, ana):
    """One of six, of a lesson, with a tag, a note and a question."""
    course = CourseFactory(team=school)
    lesson = Lesson.objects.create(team=school, course=course, title="Ponto do caramelo")
    tickets = fill_inbox(school, 6, course=course, question="O vídeo não abre")
    Ticket.objects.filter(pk=tickets[0].pk).update(lesson=lesson, topic="video")
    tickets[0].refresh_from_db()
    ActivityFactory(team=school, learner=tickets[0].learner, course=course, occurred_at=tickets[0].requested_at)
    actions.add_tag(tickets[0], Actor.person(ana), "acesso")
    actions.add_note(tickets[0], Actor.person(ana), "Uma nota")
    actions.resolve_ticket(tickets[5], Actor.person(ana))
    return tickets[0]


def test_no_page_of_the_deck_fails_at_any_width_in_either_scheme(open_page, server, ana, ticket):
    page, wrong = open_page(user=ana), []
    pages = {
        "inbox": "",
        "ticket": f"tickets/{ticket.number}/",
        "learner": f"learners/{ticket.learner_id}/",
        "course": f"courses/{ticket.course_id}/",
        "lesson": f"lessons/{ticket.lesson_id}/",
    }
    for name, path in pages.items():
        response = page.goto(f"{server}/t/escola/{path}")
        assert response.status == 200
        for width in WIDTHS:
            resize(page, width)
            wrong += scan_in_both(page, f"{name} at {width}")
    assert wrong == []


def test_nothing_that_opens_in_the_deck_fails_at_any_width_in_either_scheme(open_page, server, ana, ticket):
    page, wrong = open_page(user=ana), []
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    picker, palette = page.locator("[data-picker]:popover-open"), page.locator("#palette")
    for width in WIDTHS:
        resize(page, width)
        for key in "caplsm":
            page.keyboard.press(key)
            expect(picker).to_be_visible()
            wrong += scan_in_both(page, f"picker {key} at {width}", "[data-picker]:popover-open")
            page.keyboard.press("Escape")
            expect(picker).to_have_count(0)
        page.keyboard.press("Control+k")
        page.keyboard.type("alun")
        expect(palette.locator("#palette-found [role=option]").first).to_be_visible()
        wrong += scan_in_both(page, f"palette at {width}", "#palette")
        page.keyboard.press("Escape")
        expect(palette).to_be_hidden()
    assert wrong == []
