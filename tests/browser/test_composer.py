"""Writing to the learner, at the foot of the ticket."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import CannedReply, Dispatch, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from tests.browser.reading import address, fill_inbox
from tests.browser.scanning import scan_at_every_width
from tests.browser.shots import shoot
from tests.factories import MembershipFactory
from tests.tickets.reading import fresh

IS_ON_TOP = """(element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.parentElement.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""

pytestmark = [pytest.mark.browser, pytest.mark.page_of("ana", locale="en")]


def test_a_canned_reply_is_inserted_sent_and_undone_with_its_draft(page, server, school):
    first, second = fill_inbox(school, 2)
    CannedReply.objects.create(team=school, name="Planilha", body="Segue a planilha, {first_name}.")
    CannedReply.objects.create(team=school, name="Senha", body="Veja {lesson_link}.")
    page.goto(address(server, first))
    page.keyboard.press("r")
    text = page.locator("#write-reply")
    expect(text).to_be_focused()
    page.keyboard.type("Oi! /plan")
    option = page.locator("#ticket").get_by_role("option", name="Planilha")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.locator("#ticket").get_by_role("option", name="Senha")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(text).to_have_value("Oi! Segue a planilha, Aluno.")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    page.reload()
    page.locator(".dock-reply").click()
    expect(text).to_have_value("Oi! Segue a planilha, Aluno.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
    assert fresh(first).status == Status.PENDING
    page.locator("#ticket h1").focus()
    page.keyboard.press("z")
    expect(page.locator("#ticket h1")).to_contain_text(f"#{first.number}")
    expect(text).to_be_focused()
    expect(text).to_have_value("Oi! Segue a planilha, Aluno.")
    expect(page.locator("#bulk .toast")).to_have_text(re.compile("undone"))
    assert fresh(first).status == Status.NEW
    assert Dispatch.objects.get().state == Dispatch.State.CANCELLED


def test_people_can_be_mentioned_in_a_note_by_keyboard_and_by_tap(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    for name in ("Beatriz Lima", "Bruno Reis"):
        MembershipFactory(team=school, user__name=name)
    page.goto(address(server, ticket))
    page.keyboard.press("n")
    page.keyboard.type("Veja, @bea")
    expect(page.locator("#ticket").get_by_role("option", name="Beatriz Lima")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.locator("#ticket").get_by_role("option", name="Bruno Reis")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#write-note")).to_have_value("Veja, @Beatriz Lima ")
    page.locator("#editor-note [data-open-autocomplete]").click()
    page.locator("#ticket").get_by_role("option", name="Bruno Reis").click()
    expect(page.locator("#write-note")).to_have_value("Veja, @Beatriz Lima @Bruno Reis ")
    page.keyboard.type("@ninguém")
    expect(page.locator("#autocomplete-note")).to_have_attribute("data-empty", "")
    page.keyboard.press("Escape")
    expect(page.locator("#autocomplete-note")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note .mention")).to_have_text(["@Beatriz Lima", "@Bruno Reis"])
    assert len(Message.objects.get().mentions) == 2


def test_suggested_mentions_are_above_a_toast(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    names = ("Beatriz Lima", "Bruno Reis")
    for name in names:
        MembershipFactory(team=school, user__name=name)
    page.goto(address(server, ticket))
    page.keyboard.press("t")
    expect(page.locator("#bulk .toast")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("@")
    for name in names:
        option = page.locator("#ticket").get_by_role("option", name=name)
        expect(option).to_be_visible()
        assert option.evaluate(IS_ON_TOP)


def test_unknown_variables_are_marked_and_stop_the_reply(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    CannedReply.objects.create(team=school, name="Aula", body="Na aula {lesson} há um resumo.")
    page.goto(address(server, ticket))
    page.locator(".dock-reply").click()
    page.locator("#editor-reply [data-open-autocomplete]").click()
    page.locator("#ticket").get_by_role("option", name="Aula").click()
    expect(page.locator("[data-unresolved-names]")).to_have_text("{lesson}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#editor-reply .editor-problem")).to_contain_text("{lesson} could not be filled in")
    assert not Message.objects.exists()
    page.locator("#write-reply").fill("Na aula 3 há um resumo.")
    expect(page.locator("[data-unresolved]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    assert "422" in complaints.pop()


def test_sending_and_resolving_continues_with_the_next_ticket_and_becomes_the_default(page, server, school):
    first, second = fill_inbox(school, 2)
    page.goto(address(server, first))
    page.keyboard.press("r")
    page.keyboard.type("Resolvido!")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")  # or it is saved after it was sent
    page.locator(".split-button summary").click()
    page.locator("#ticket").get_by_role("button", name="Send and resolve").click()
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
    assert fresh(first).status == Status.RESOLVED
    page.locator(".dock-reply").click()
    expect(page.locator("[data-default-submit]").first).to_have_text("Send and resolve")
    expect(page.locator("#write-reply")).to_have_value("")


def test_a_colleagues_reply_stops_it_until_send_anyway(page, server, school, beatriz, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.keyboard.type("Oi! Já vejo.")
    reply(ticket, Actor.person(beatriz), "Oi! Por enquanto, assista por este link.")
    page.keyboard.press("Control+Enter")
    newer = page.locator(".newer-messages")
    expect(newer).to_contain_text("Beatriz Lima replied while you were writing")
    expect(newer).to_contain_text("assista por este link")
    expect(page.locator("#write-reply")).to_have_value("Oi! Já vejo.")
    page.locator("#ticket").get_by_role("button", name="Send anyway").click()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    assert Message.objects.filter(kind="reply").count() == 2
    assert "409" in complaints.pop()


def test_no_state_of_it_fails_a_scan_at_any_width(page, server, school, ana, beatriz, complaints):
    (ticket,) = fill_inbox(school, 1)
    CannedReply.objects.create(team=school, name="Planilha", body="Segue a planilha de {lesson}.")

    def look(name, within="html"):
        shoot(page, f"composer {name}", full_page=False)
        return scan_at_every_width(page, name, within)

    page.goto(address(server, ticket))
    wrong = look("closed")
    page.locator(".dock-note").click()
    page.keyboard.type("Uma nota, @")
    expect(page.locator("#ticket").get_by_role("option", name="Beatriz Lima")).to_be_visible()
    wrong += look("mentions", ".dock")
    page.keyboard.press("Enter")
    wrong += look("note", ".dock")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    wrong += look("a note that can be undone", "#bulk")
    page.locator("[data-close-toast]").click()
    page.locator(".dock-reply").click()
    page.keyboard.type("Oi! /plan")
    expect(page.locator("#ticket").get_by_role("option", name="Planilha")).to_be_visible()
    wrong += look("canned replies", ".dock")
    page.keyboard.press("Enter")
    expect(page.locator("[data-unresolved]")).to_be_visible()
    page.locator("#editor-reply .split-button summary").click()
    wrong += look("ways to send", "#editor-reply .split-button .menu-panel")
    page.keyboard.press("Escape")
    page.locator("#write-reply").fill("Oi!")
    page.locator("#editor-reply [data-preview]").click()
    expect(page.locator("#shown-reply")).to_have_text("Oi!")
    wrong += look("preview", ".dock")
    page.locator("#editor-reply [data-preview]").click()
    reply(ticket, Actor.person(beatriz), "Oi! Veja este link.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".newer-messages")).to_be_visible()
    wrong += look("a colleague wrote")
    page.locator("#editor-reply [data-default-submit]").click()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    wrong += look("sent", "#bulk")
    Ticket.objects.update(sending_failed_at=timezone.now())
    Dispatch.objects.update(state="failed", reason="550 5.1.1 No such user here")
    page.goto(address(server, ticket))
    wrong += look("failed")
    page.goto(f"{server}/t/escola/")
    wrong += look("failed in the list")
    suppress_address(school, ticket.learner.email, SuppressedAddress.Reason.BOUNCED)
    page.goto(f"{address(server, ticket)}?write=reply")
    wrong += look("not written to")
    assert wrong == []
    complaints.clear()


def test_it_is_a_sheet_on_a_phone(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(360, user=ana, locale="en", has_touch=True)
    page.goto(address(server, ticket))
    page.locator(".dock-reply").tap()
    page.keyboard.type("Oi!")
    send = page.locator("#editor-reply [data-default-submit]")
    for button in (
        send,
        page.locator("#editor-reply .split-button summary"),
        page.locator("#editor-reply [data-open-autocomplete]"),
    ):
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    expect(send).to_be_in_viewport()
    page.locator("[data-close-editor]").tap()
    expect(page.locator(".dock-reply [data-draft-mark]")).to_be_visible()
    expect(page.locator(".slots")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    reply = page.locator(".dock-reply span:visible").first
    expect(reply).to_have_text("Reply to Aluno")
    page.set_viewport_size({"width": 320, "height": 568})
    expect(reply).to_have_text("Reply")
    assert page.locator(".dock-reply").evaluate("(button) => button.scrollWidth <= button.clientWidth")


def test_undo_disappears_when_its_time_is_over(page, server, school, ana):
    """Without reloading the page."""
    (first,) = fill_inbox(school, 1)
    write_note(first, Actor.person(ana), "Pediu reembolso")
    reply(first, Actor.person(ana), "Oi!")
    Message.objects.update(send_at=timezone.now() + timedelta(minutes=2))
    page.clock.install()
    page.goto(address(server, first))
    undo = page.locator("#ticket .message-state button")
    expect(undo).to_have_count(2)
    expect(page.locator(".message.note .message-state")).to_have_count(1)
    undo.first.focus()
    page.clock.fast_forward(60_000)
    expect(undo).to_have_count(2)
    page.clock.fast_forward(60_000)
    expect(undo).to_have_count(0)
    expect(page.locator(".message.note .message-state")).to_have_count(0)
    expect(page.locator(".message.reply .message-state")).to_have_count(1)  # how far it is
    expect(page.locator("#ticket h1")).to_be_focused()


def test_a_note_can_be_undone_by_a_key(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("n")
    page.keyboard.type("Pediu reembolso")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note .message-state")).to_contain_text("Only you see it so far")
    page.locator("#ticket h1").focus()
    page.keyboard.press("z")
    expect(page.locator("#write-note")).to_be_focused()
    expect(page.locator("#write-note")).to_have_value("Pediu reembolso")
    expect(page.locator(".message.note")).to_have_count(0)
    expect(page.locator("#bulk .toast")).to_have_text(re.compile("undone"))
    assert not Message.objects.exists()
