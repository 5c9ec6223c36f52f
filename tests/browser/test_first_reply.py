"""The page of a first reply: a change is previewed on a real ticket at once, without sending anything."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.tickets.models import Message
from tests.browser.scanning import scan_at_every_width
from tests.browser.shots import shoot
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
WORDS = (
    "Oi, {first_name}!\n\nRecebemos seu pedido de ajuda em {course}. Para já responder com a solução, falta saber uma "
    "coisa.\n\nO que aconteceu?"
)


@pytest.fixture
def three_tickets(team):
    course, now = CourseFactory(team=team, title="Chocolate para vender"), timezone.now()
    found = []
    for hours, name in ((30, "Rita Lee"), (5, "Conceição Santos"), (3, "")):
        learner = LearnerFactory(team=team, name=name)
        at = now - timedelta(hours=hours)
        ActivityFactory(team=team, learner=learner, course=course, lesson_title="Ovos recheados", occurred_at=at)
        found.append(open_ticket(team, learner=learner, course=course, requested_at=at, received_at=at))
    return found


@pytest.fixture
def written_reply(team):
    return FirstReply.objects.create(team=team, body=WORDS)


def test_the_preview_shows_what_is_typed_on_a_real_ticket_and_nothing_is_sent(
    server, open_page, complaints, owner, three_tickets, written_reply
):
    page = open_page(1280, user=owner)
    page.goto(f"{server}/t/escola/email/first-replies/{written_reply.pk}/")
    tried = page.locator("#first-reply-tried")
    expect(tried.locator(".unresolved")).to_contain_text("{first_name}")  # the newest ticket's learner has no name
    expect(tried.locator(".first-reply-outcomes tr")).to_have_count(3)
    page.locator("#preview-ticket").select_option(str(three_tickets[1].number))
    expect(tried.locator(".first-reply-words")).to_contain_text("Oi, Conceição!")
    expect(tried.locator(".unresolved")).to_have_count(0)
    expect(tried.locator(".first-reply-words")).to_contain_text("Ovos recheados")
    expect(tried.locator(".first-reply-choices li")).to_have_count(6)
    page.locator("textarea[name=body]").fill(WORDS.replace("O que aconteceu?", "Como podemos ajudar?"))
    expect(tried.locator(".first-reply-words")).to_contain_text("Como podemos ajudar?")
    page.locator("textarea[name=body]").fill("Oi!")
    expect(tried.locator(".notice.error")).to_be_visible()
    assert "422" in complaints.pop()
    page.locator("textarea[name=body]").fill(WORDS)
    expect(tried.locator(".first-reply-words")).to_contain_text("O que aconteceu?")
    written_reply.refresh_from_db()
    assert (written_reply.body, written_reply.is_enabled) == (WORDS, False)
    assert (Message.objects.count(), QuestionRequest.objects.count()) == (0, 0)
    page.locator(".first-reply-switch button").click()
    expect(page.locator(".first-reply-switch .done")).to_be_visible()
    written_reply.refresh_from_db()
    assert written_reply.is_enabled


def test_none_of_its_pages_fails_a_scan_at_any_width(server, open_page, owner, three_tickets, written_reply):
    page, wrong = open_page(user=owner), []
    for name, path in (("list", ""), ("one", f"{written_reply.pk}/")):
        page.goto(f"{server}/t/escola/email/first-replies/{path}")
        shoot(page, f"first-reply-{name}")
        wrong += scan_at_every_width(page, name)
    page.goto(f"{server}/t/escola/tickets/{three_tickets[1].number}/")
    expect(page.locator(".ask-by-email")).to_be_visible()
    wrong += scan_at_every_width(page, "a ticket whose learner can be asked")
    assert wrong == []


def test_a_button_shows_the_preview_without_javascript(server, open_page, owner, three_tickets, written_reply):
    page = open_page(360, user=owner, java_script_enabled=False)
    page.goto(f"{server}/t/escola/email/first-replies/{written_reply.pk}/")
    page.locator("#preview-ticket").select_option(str(three_tickets[0].number))
    page.locator("button[name=preview]").click()
    expect(page.locator(".first-reply-words")).to_contain_text("Oi, Rita!")
