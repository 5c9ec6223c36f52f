"""Undo besides the changes of `test_ticket_pane.py`: asking, a question, a row, a failure."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.browser.reading import UNDONE, fill_inbox, row_of
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english"), pytest.mark.page_of("ana")]


@pytest.fixture
def first_ticket(school):
    return fill_inbox(school, 2)[0]


def go_to(page, server, ticket):
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")


def test_asking_the_learner_can_be_undone_and_repeated(page, server, first_ticket):
    go_to(page, server, first_ticket)
    before = undo.state_of(first_ticket)
    ask = page.locator("#ticket").get_by_role("button", name="Ask by e-mail", exact=True)
    for _ in range(2):
        ask.click()
        expect(page.locator("#bulk .toast")).to_contain_text("will be asked by e-mail in a moment")
        expect(ask).to_have_count(0)
        page.keyboard.press("z")
        expect(ask).to_be_visible()
        assert "undone" not in page.url
        assert fresh(first_ticket).first_responded_at is None
        assert not QuestionRequest.objects.exists()
        assert not Message.objects.filter(cancelled_at=None).exists()
        assert undo.state_of(fresh(first_ticket)) == before


@pytest.mark.parametrize("known", ["", "Onde fica a apostila?"])
def test_undoing_a_saved_question_restores_the_previous_one(page, server, first_ticket, known):
    if known:
        actions.change_question(first_ticket, Actor.system(), known)
    before = undo.state_of(fresh(first_ticket))
    go_to(page, server, first_ticket)
    edit = page.locator("#ticket .question-edit")
    edit.locator("summary").click()
    edit.locator("[name=topic]").select_option("video")
    edit.locator("[name=question]").fill("O vídeo para no minuto 3")
    edit.get_by_role("button", name="Save the question", exact=True).click()
    toast = page.locator("#bulk .toast")
    expect(toast).to_contain_text("question saved")
    expect(page.locator("#ticket .question")).to_have_text("O vídeo para no minuto 3")
    assert undo.state_of(fresh(first_ticket)) != before
    page.keyboard.press("z")
    expect(toast).to_contain_text(UNDONE)
    expect(page.locator("#ticket .question")).to_have_text([known] if known else [])
    assert undo.state_of(fresh(first_ticket)) == before


@pytest.mark.parametrize(("value", "told"), [("snooze:tomorrow", "snoozed until"), ("status:resolved", "resolved")])
@pytest.mark.parametrize("width", [360, 1440])
def test_changes_in_a_rows_menu_can_be_undone(open_page, server, ana, first_ticket, width, value, told):
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/")
    before, row = undo.state_of(first_ticket), row_of(page, first_ticket)
    row.locator(".row-link").focus()
    page.keyboard.press("m")
    page.locator(f"#sheet [value='{value}']").click()
    toast = page.locator("#bulk .toast")
    expect(toast).to_contain_text(told)
    expect(row).to_have_class(re.compile("row-handled"))
    assert undo.state_of(fresh(first_ticket)) != before
    toast.get_by_role("button", name="Undo", exact=True).click()
    expect(toast).to_contain_text(UNDONE)
    expect(row).not_to_have_class(re.compile("row-handled"))
    assert undo.state_of(fresh(first_ticket)) == before


def test_a_dismissed_failure_can_be_restored(page, server, ana, first_ticket):
    reply(first_ticket, Actor.person(ana), "Oi!").dispatches.update(state="failed")
    Ticket.objects.filter(pk=first_ticket.pk).update(sending_failed_at=timezone.now() - timedelta(hours=1))
    before = undo.state_of(fresh(first_ticket))
    go_to(page, server, first_ticket)
    failed = page.locator("#ticket").get_by_text("A message was not delivered to the learner.")
    page.locator("#ticket").get_by_role("button", name="I dealt with it", exact=True).click()
    expect(page.locator("#bulk .toast")).to_contain_text(f"Aluno 001 #{first_ticket.number}: dealt with")
    expect(failed).to_have_count(0)
    page.keyboard.press("z")
    expect(failed).to_be_visible()
    expect(page.locator("#bulk .toast")).to_contain_text(f"Aluno 001 #{first_ticket.number}: undone")
    assert "undone" not in page.url
    assert undo.state_of(fresh(first_ticket)) == before


@pytest.mark.parametrize("width", [320, 412, 500, 1440])
def test_withdrawing_the_learners_links_asks_first(open_page, server, ana, first_ticket, width):
    learner_links.create_link(first_ticket)
    page = open_page(width, user=ana, viewport={"width": width, "height": 850})
    go_to(page, server, first_ticket)
    if width < 1280:
        # By keys, which are no double tap where both stand in the same place.
        page.locator("#ticket summary", has_text="About the learner").press("Enter")
        page.locator("#ticket summary", has_text="Withdraw 1 link").press("Enter")
    else:  # collapsed as it is
        page.keyboard.press("Control+k")
        page.keyboard.type("withdraw")
        page.locator("#palette [role=option]:visible", has_text="Withdraw 1 link").click()
    sure = page.locator("#ticket").get_by_role("button", name="Withdraw the links", exact=True)
    expect(sure).to_be_in_viewport(ratio=1)
    box = sure.bounding_box()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert sure.evaluate("(button, [x, y]) => button.contains(document.elementFromPoint(x, y))", middle)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert learner_links.valid_links_of(first_ticket).exists()
    sure.click()
    expect(page.get_by_text("The learner’s links no longer work.")).to_be_visible()
    assert not learner_links.valid_links_of(first_ticket).exists()
