"""Writing to the learner, at the foot of the ticket."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.models import CannedReply, Dispatch, Draft, SuppressedAddress
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from tests.browser.reading import fill_inbox, until
from tests.browser.scanning import scan_at_every_width
from tests.factories import MembershipFactory
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
CONFLICT = "Failed to load resource: the server responded with a status of 409 (Conflict)"
SHOTS = os.environ.get("SHOTS", "")  # a folder, to look at the pages oneself


@pytest.fixture
def page(open_page, ana):
    return open_page(1440, user=ana, locale="en")


def address(server, ticket):
    return f"{server}/t/escola/tickets/{ticket.number}/"


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"composer {name}.png")


def test_a_canned_reply_is_put_in_sent_and_undone_with_its_draft(page, server, school):
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


def test_somebody_is_mentioned_in_a_note_by_keys_and_by_a_tap(page, server, school):
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
    page.locator("#paper-note [data-open-offers]").click()
    page.locator("#ticket").get_by_role("option", name="Bruno Reis").click()
    expect(page.locator("#write-note")).to_have_value("Veja, @Beatriz Lima @Bruno Reis ")
    page.keyboard.type("@ninguém")
    expect(page.locator("#offers-note")).to_have_attribute("data-empty", "")
    page.keyboard.press("Escape")
    expect(page.locator("#offers-note")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note .mention")).to_have_text(["@Beatriz Lima", "@Bruno Reis"])
    assert len(Message.objects.get().mentions) == 2


def test_what_is_not_known_is_marked_and_stops_the_reply(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    CannedReply.objects.create(team=school, name="Aula", body="Na aula {lesson} há um resumo.")
    page.goto(address(server, ticket))
    page.locator(".dock-reply").click()
    page.locator("#paper-reply [data-open-offers]").click()
    page.locator("#ticket").get_by_role("option", name="Aula").click()
    expect(page.locator("[data-unresolved-names]")).to_have_text("{lesson}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#paper-reply .paper-problem")).to_contain_text("{lesson} could not be filled in")
    assert not Message.objects.exists()
    page.locator("#write-reply").fill("Na aula 3 há um resumo.")
    expect(page.locator("[data-unresolved]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    assert "422" in complaints.pop()


def test_sending_and_resolving_goes_on_and_is_remembered(page, server, school):
    first, second = fill_inbox(school, 2)
    page.goto(address(server, first))
    page.keyboard.press("r")
    page.keyboard.type("Resolvido!")
    page.locator(".split summary").click()
    page.locator("#ticket").get_by_role("button", name="Send and resolve").click()
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
    assert fresh(first).status == Status.RESOLVED
    page.locator(".dock-reply").click()
    expect(page.locator("[data-default-submit]").first).to_have_text("Send and resolve")
    expect(page.locator("#write-reply")).to_have_value("")


def test_a_colleagues_reply_stops_it_and_it_is_sent_all_the_same(page, server, school, beatriz, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.keyboard.type("Oi! Já vejo.")
    reply(ticket, Actor.person(beatriz), "Oi! Por enquanto, assista por este link.")
    page.keyboard.press("Control+Enter")
    clash = page.locator(".clash")
    expect(clash).to_contain_text("Beatriz Lima replied while you were writing")
    expect(clash).to_contain_text("assista por este link")
    expect(page.locator("#write-reply")).to_have_value("Oi! Já vejo.")
    page.locator("#ticket").get_by_role("button", name="Send anyway").click()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    assert Message.objects.filter(kind="reply").count() == 2
    assert "409" in complaints.pop()


def test_a_file_is_attached_and_taken_off(page, server, school, ana, tmp_path):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.locator("#paper-reply [data-attach]").set_input_files(
        [{"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}]
    )
    expect(page.locator("#paper-reply [data-file]")).to_contain_text("lista.txt")
    assert Draft.objects.get().attachments.count() == 1
    page.locator("#ticket").get_by_role("button", name="Remove lista.txt").click()
    expect(page.locator("#paper-reply [data-file]")).to_have_count(0)
    assert not Draft.objects.exists()


def test_a_file_that_comes_after_the_session_leads_to_the_login(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.keyboard.type("Segue a lista")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    page.context.clear_cookies(name="sessionid")
    page.locator("#paper-reply [data-attach]").set_input_files(
        [{"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}]
    )
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert Draft.objects.get().body == "Segue a lista"
    complaints.clear()


def test_what_the_server_cannot_keep_this_tab_keeps(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.route("**/drafts/**", lambda route: route.abort())
    page.keyboard.press("n")
    page.keyboard.type("Ligou de novo")
    expect(page.locator("#draft-state-note")).to_have_text("Kept on this device")
    page.unroute("**/drafts/**")
    page.reload()
    expect(page.locator("#write-note")).to_have_value("Ligou de novo")
    page.locator(".dock-note").click()
    expect(page.locator("#draft-state-note")).to_have_text("Draft saved")
    assert Draft.objects.get().body == "Ligou de novo"
    complaints.clear()


def test_no_state_of_it_fails_a_scan_at_any_width(page, server, school, ana, beatriz, complaints):
    (ticket,) = fill_inbox(school, 1)
    CannedReply.objects.create(team=school, name="Planilha", body="Segue a planilha de {lesson}.")

    def look(name, within="html"):
        shoot(page, name)
        return scan_at_every_width(page, name, within)

    page.goto(address(server, ticket))
    wrong = look("closed")
    page.locator(".dock-note").click()
    page.keyboard.type("Uma nota, @")
    expect(page.locator("#ticket").get_by_role("option", name="Beatriz Lima")).to_be_visible()
    wrong += look("mentions")
    page.keyboard.press("Enter")
    wrong += look("note")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    wrong += look("a note that can be undone")
    page.locator("[data-close-toast]").click()
    page.locator(".dock-reply").click()
    page.keyboard.type("Oi! /plan")
    expect(page.locator("#ticket").get_by_role("option", name="Planilha")).to_be_visible()
    wrong += look("canned replies")
    page.keyboard.press("Enter")
    expect(page.locator("[data-unresolved]")).to_be_visible()
    page.locator("#paper-reply .split summary").click()
    wrong += look("ways to send", "#paper-reply .split .menu-panel")
    page.keyboard.press("Escape")
    page.locator("#write-reply").fill("Oi!")
    page.locator("#paper-reply [data-preview]").click()
    expect(page.locator("#shown-reply")).to_have_text("Oi!")
    wrong += look("preview")
    page.locator("#paper-reply [data-preview]").click()
    reply(ticket, Actor.person(beatriz), "Oi! Veja este link.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".clash")).to_be_visible()
    wrong += look("a colleague wrote")
    page.locator("#paper-reply [data-default-submit]").click()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    wrong += look("sent")
    for path in ("", "new/", f"{CannedReply.objects.get().pk}/", f"{CannedReply.objects.get().pk}/delete/"):
        page.goto(f"{server}/t/escola/canned-replies/{path}")
        wrong += look(f"canned replies {path.replace('/', '-')}")
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


def test_on_a_phone_it_is_a_sheet(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(360, user=ana, locale="en", has_touch=True)
    page.goto(address(server, ticket))
    page.locator(".dock-reply").tap()
    page.keyboard.type("Oi!")
    send = page.locator("#paper-reply [data-default-submit]")
    for button in (send, page.locator("#paper-reply .split summary"), page.locator("#paper-reply [data-open-offers]")):
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    expect(send).to_be_in_viewport()
    page.locator("[data-close-paper]").tap()
    expect(page.locator(".dock-reply [data-draft-mark]")).to_be_visible()
    expect(page.locator(".slots")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    reply = page.locator(".dock-reply span:visible").first
    expect(reply).to_have_text("Reply to Aluno")
    page.set_viewport_size({"width": 320, "height": 568})
    expect(reply).to_have_text("Reply")
    assert page.locator(".dock-reply").evaluate("(button) => button.scrollWidth <= button.clientWidth")


def test_without_a_script_a_reply_is_sent(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(360, user=ana, locale="en", java_script_enabled=False)
    page.goto(address(server, ticket))
    page.locator("#write-reply").fill("Oi!")
    page.locator("#paper-reply [data-default-submit]").click()
    expect(page.locator("#bulk")).to_contain_text("leaves in a moment")
    assert Message.objects.get().kind == "reply"


def test_without_a_script_a_file_goes_with_a_reply(open_page, server, school, ana, complaints):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(360, user=ana, locale="en", java_script_enabled=False)
    page.goto(address(server, ticket))
    paper = page.locator("#paper-reply")
    paper.locator("textarea").fill("Segue a lista.")
    file = {"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}
    paper.locator("input[type=file]").set_input_files([file])
    paper.locator("[data-default-submit]").click()
    expect(paper.locator(".paper-problem")).to_contain_text("“lista.txt” is not attached.")
    paper.locator("input[type=file]").set_input_files([file])
    shoot(page, "without a script")
    paper.get_by_role("button", name="Attach", exact=True).click()
    expect(paper.locator("[data-file]")).to_contain_text("lista.txt")
    expect(paper.locator("textarea")).to_have_value("Segue a lista.")
    paper.locator("[data-default-submit]").click()
    expect(page.locator("#bulk")).to_contain_text("leaves in a moment")
    assert [each.name for each in Message.objects.get().attachments.all()] == ["lista.txt"]
    assert "422" in complaints.pop()


def test_what_can_be_taken_back_no_more_offers_it_no_more(page, server, school, ana):
    """Without the page being loaded anew."""
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


def test_a_note_is_taken_back_by_a_key(page, server, school):
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


def test_one_draft_on_two_pages_keeps_the_words_of_both(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    other = page.context.new_page()
    for each in (page, other):
        each.goto(address(server, ticket))
        each.keyboard.press("r")
    page.keyboard.type("Tudo o que escrevi no celular.")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    other.keyboard.type("Oi")
    text = other.locator("#write-reply")
    expect(text).to_have_value("Tudo o que escrevi no celular.\n\nOi")
    other.keyboard.type("!")  # where one was
    expect(text).to_have_value("Tudo o que escrevi no celular.\n\nOi!")
    expect(other.locator("#draft-state-reply")).to_have_text("Draft saved")
    assert Draft.objects.get().body == "Tudo o que escrevi no celular.\n\nOi!"


def test_two_pages_that_take_turns_have_each_word_once(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    other = page.context.new_page()
    for each in (page, other):
        each.goto(address(server, ticket))
        each.keyboard.press("r")
    here, there = (each.locator("#write-reply") for each in (page, other))
    saved = "Draft saved"
    page.keyboard.type("Um dois três")
    expect(page.locator("#draft-state-reply")).to_have_text(saved)
    other.keyboard.type("Oi")
    expect(there).to_have_value("Um dois três\n\nOi")
    expect(other.locator("#draft-state-reply")).to_have_text(saved)
    page.keyboard.type(" quatro")
    expect(here).to_have_value("Um dois três quatro\n\nOi")
    page.keyboard.type(" cinco")  # where one was
    expect(here).to_have_value("Um dois três quatro cinco\n\nOi")
    expect(page.locator("#draft-state-reply")).to_have_text(saved)
    other.keyboard.type("!")
    expect(there).to_have_value("Um dois três quatro cinco\n\nOi!")
    expect(other.locator("#draft-state-reply")).to_have_text(saved)
    assert Draft.objects.get().body == "Um dois três quatro cinco\n\nOi!"
    assert {*complaints} == {CONFLICT}
    complaints.clear()


def test_texts_of_two_pages_become_one_without_loss(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    for base, mine, theirs, both in [
        ("a b c", "a b c d", "a b c\n\ne", "a b c d\n\ne"),
        ("a b c", "x a b c", "a b c d", "x a b c d"),
        ("a b c", "a b c d", "x a b c", "x a b c d"),
        ("a b c", "a b", "a b c d", "a b c d"),
        ("", "mine", "theirs", "theirs\n\nmine"),
        ("a b c", "a mine c", "a theirs c", "a theirs c\n\na mine c"),
        ("a", "am", "at", "at\n\nam"),
        ("p\n\nq", "p\n\nmine", "p\n\ntheirs", "p\n\ntheirs\n\nmine"),
        ("😀", "😀 oi", "😁", "😁 oi"),
        ("a b", "a b", "a b c", "a b c"),
    ]:
        text, caret = page.evaluate("(texts) => mergeTexts(...texts)", [base, mine, theirs, len(mine)])
        assert text == both
        assert 0 <= caret <= len(text) + 1  # JavaScript counts an emoji twice


def test_a_reply_whose_answer_got_lost_is_sent_once_although_the_page_is_loaded_anew(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/replies/**", lose_the_answer)
    page.route("**/drafts/**", lambda route: route.abort())
    page.keyboard.type("Oi! O vídeo abre de novo.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#failure")).to_be_visible()
    assert Dispatch.objects.count() == 1
    page.unroute("**/replies/**")
    page.reload()
    text = page.locator("#write-reply")
    expect(text).to_have_value("Oi! O vídeo abre de novo.")
    page.locator(".dock-reply").click()
    page.locator("#paper-reply [data-default-submit]").click()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    expect(text).to_have_value("")
    assert Dispatch.objects.count() == 1
    page.locator(".dock-reply").click()
    page.keyboard.type("Oi! O vídeo abre de novo.")  # once more, and meant
    page.locator("#paper-reply [data-default-submit]").click()
    until(page, lambda: Dispatch.objects.count() == 2)
    complaints.clear()


def test_what_was_sent_goes_out_of_the_field_that_has_it_again(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/replies/**", lose_the_answer)
    page.keyboard.type("Oi!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#failure")).to_be_visible()
    page.reload()
    expect(page.locator("#draft-state-reply")).to_have_text("This was sent already")
    expect(page.locator("#write-reply")).to_have_value("")
    assert not Draft.objects.exists()
    page.reload()
    expect(page.locator("#write-reply")).to_have_value("")
    complaints.clear()
