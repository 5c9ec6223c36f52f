"""A guess is accepted by a tap, and a suggested answer put into the composer."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Draft
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.browser.reading import fill_inbox
from tests.browser.scanning import scan_at_every_width
from tests.factories import ActivityFactory, CourseFactory

pytestmark = pytest.mark.browser
SOLUTION = "Saia da plataforma e entre de novo: o vídeo volta a abrir."
QUESTION = "O vídeo não abre, fica só carregando"


@pytest.fixture
def guessable_ticket(team, owner):
    """Five of a course are known, three of which were about the video and resolved by a reply; the sixth waits."""
    *others, waiting = fill_inbox(team, 6, course=CourseFactory(team=team, title="Bombons"))
    person = Actor.person(owner)
    for place, ticket in enumerate(others):
        if place < 3:
            actions.change_question(ticket, Actor.system(), QUESTION, "video")
            first_name = ticket.learner.name.split()[0]
            reply(ticket, person, f"Oi, {first_name}! {SOLUTION}\n\nAbraços,\nAna", then=Status.RESOLVED)
        else:
            actions.change_question(ticket, Actor.system(), "Posso usar margarina?", "content")
    return waiting


@pytest.mark.parametrize("width", [1440, 360])
def test_a_guess_can_be_accepted_and_undone(open_page, server, owner, guessable_ticket, width):
    page = open_page(width, user=owner, locale="en")
    page.goto(f"{server}/t/escola/tickets/{guessable_ticket.number}/")
    guess = page.locator("#ticket").get_by_role("button", name="The video does not play")
    expect(guess).to_contain_text("3 of 5 in this course")
    box = guess.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    guess.click()
    expect(page.locator(".question-stand-in")).to_have_text("The video does not play")
    expect(page.locator(".guesses")).to_have_count(0)
    page.locator("#bulk").get_by_role("button", name="Undo").click()
    expect(guess).to_be_visible()
    assert Ticket.objects.get(pk=guessable_ticket.pk).topic == ""


@pytest.mark.parametrize("width", [1440, 360])
def test_an_answer_is_inserted_below_the_text(open_page, server, owner, guessable_ticket, width):
    actions.change_question(guessable_ticket, Actor.system(), "Meu vídeo não abre, fica carregando", "video")
    page = open_page(width, user=owner, locale="en")
    page.goto(f"{server}/t/escola/tickets/{guessable_ticket.number}/")
    use = page.locator("#ticket").get_by_role("button", name="Use", exact=True)
    expect(use).to_have_count(1)
    expect(page.locator(".answer")).to_contain_text("and 2 more")
    page.locator(".dock-reply").click()
    text = page.locator("#write-reply")
    page.keyboard.type("Oi!")
    page.locator("[data-close-editor]").click()
    use.click()
    expect(text).to_be_focused()
    expect(text).to_have_value(f"Oi!\n\n{SOLUTION}")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    assert Draft.objects.get().body == f"Oi!\n\n{SOLUTION}"


def test_neither_guesses_nor_answers_fail_a_scan_at_any_width(open_page, server, owner, guessable_ticket):
    page = open_page(user=owner, locale="en")
    ticket = f"{server}/t/escola/tickets/{guessable_ticket.number}/"
    page.goto(ticket)
    expect(page.locator("#ticket .guesses")).to_be_visible()
    wrong = scan_at_every_width(page, "guesses")
    actions.change_question(guessable_ticket, Actor.system(), "Meu vídeo não abre, fica carregando", "video")
    page.goto(ticket)
    expect(page.locator("#ticket .answer")).to_be_visible()
    wrong += scan_at_every_width(page, "answers")
    page.goto(f"{ticket}answers/")
    wrong += scan_at_every_width(page, "the page of answers")
    assert wrong == []


def test_an_answer_can_be_inserted_into_the_draft_without_javascript(open_page, server, owner, guessable_ticket):
    actions.change_question(guessable_ticket, Actor.system(), "Meu vídeo não abre, fica carregando", "video")
    page = open_page(1440, user=owner, locale="en", java_script_enabled=False)
    page.goto(f"{server}/t/escola/tickets/{guessable_ticket.number}/")
    page.locator("#ticket").get_by_role("link", name="Suggested answers").click()
    page.locator("main:not(:has(#ticket))").get_by_role("button", name="Use", exact=True).click()
    expect(page.locator("#write-reply")).to_have_value(SOLUTION)


@pytest.mark.parametrize("height", [640, 740])
@pytest.mark.parametrize("is_told", [True, False])
def test_a_phone_shows_what_was_said_or_done_without_scrolling(
    open_page, server, owner, guessable_ticket, height, is_told
):
    for minutes in (9, 5, 2):
        at = guessable_ticket.requested_at - timedelta(minutes=minutes)
        ActivityFactory(
            team=guessable_ticket.team, learner=guessable_ticket.learner, course=guessable_ticket.course, occurred_at=at
        )
    if is_told:
        actions.change_question(
            guessable_ticket, Actor.system(), "O vídeo da aula 7 não abre, fica só carregando", "video"
        )
    phone = open_page(360, user=owner, viewport={"width": 360, "height": height}, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/t/{guessable_ticket.team.slug}/tickets/{guessable_ticket.number}/")
    expect(phone.locator(".guesses")).to_have_count(0 if is_told else 1)
    floor = phone.locator(".dock").bounding_box()["y"]
    said = phone.locator(".question" if is_told else ".question-stand-in").bounding_box()
    assert said["y"] + said["height"] < floor
    assert phone.locator(".trail").bounding_box()["y"] < floor
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
