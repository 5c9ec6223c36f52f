"""Drafts: kept, open on two pages at once, and sent once although the response was lost."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.conversations.models import Dispatch, Draft
from tests.browser.reading import address, fill_inbox, until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english"), pytest.mark.page_of("ana")]

CONFLICT = "Failed to load resource: the server responded with a status of 409 (Conflict)"


def test_a_file_can_be_attached_and_removed(page, server, school, ana, tmp_path):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.locator("#editor-reply [data-attach]").set_input_files(
        [{"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}]
    )
    expect(page.locator("#editor-reply [data-file]")).to_contain_text("lista.txt")
    assert Draft.objects.get().attachments.count() == 1
    page.locator("#ticket").get_by_role("button", name="Remove lista.txt").click()
    expect(page.locator("#editor-reply [data-file]")).to_have_count(0)
    assert not Draft.objects.exists()


def test_attaching_a_file_after_the_session_expired_leads_to_the_login(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.keyboard.type("Segue a lista")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    page.context.clear_cookies(name="sessionid")
    page.locator("#editor-reply [data-attach]").set_input_files(
        [{"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}]
    )
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert Draft.objects.get().body == "Segue a lista"
    complaints.clear()


def test_a_draft_the_server_cannot_save_is_kept_in_the_tab(page, server, school, complaints):
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


def test_a_draft_on_two_pages_keeps_the_words_of_both(page, server, school):
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


def test_two_pages_that_take_turns_keep_each_word_once(page, server, school, complaints):
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


def test_texts_of_two_pages_are_merged_without_loss(page, server, school):
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


def lose_the_answer(route):
    """The server gets the request, and the page no answer."""
    route.fetch()
    route.abort()


def test_a_reply_whose_response_was_lost_is_sent_once_even_after_a_reload(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
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
    page.locator("#editor-reply [data-default-submit]").click()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    expect(text).to_have_value("")
    assert Dispatch.objects.count() == 1
    page.locator(".dock-reply").click()
    page.keyboard.type("Oi! O vídeo abre de novo.")  # once more, and meant
    page.locator("#editor-reply [data-default-submit]").click()
    until(page, lambda: Dispatch.objects.count() == 2)
    complaints.clear()


def test_a_reply_already_sent_is_removed_from_the_restored_field(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(address(server, ticket))
    page.keyboard.press("r")
    page.route("**/replies/**", lose_the_answer)
    page.keyboard.type("Oi!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#failure")).to_be_visible()
    page.reload()
    expect(page.locator("#draft-state-reply")).to_have_text("This was already sent")
    expect(page.locator("#write-reply")).to_have_value("")
    assert not Draft.objects.exists()
    page.reload()
    expect(page.locator("#write-reply")).to_have_value("")
    complaints.clear()
