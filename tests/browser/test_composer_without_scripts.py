"""Writing to the learner in a browser that runs no script."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets.models import Message
from tests.browser.reading import address, fill_inbox

pytestmark = pytest.mark.browser


def test_a_reply_can_be_sent_without_javascript(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(360, user=ana, locale="en", java_script_enabled=False)
    page.goto(address(server, ticket))
    page.locator("#write-reply").fill("Oi!")
    page.locator("#editor-reply [data-default-submit]").click()
    expect(page.locator("#bulk")).to_contain_text("will be sent in a moment")
    assert Message.objects.get().kind == "reply"


def test_a_file_can_be_sent_with_a_reply_without_javascript(open_page, server, school, ana, complaints):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(360, user=ana, locale="en", java_script_enabled=False)
    page.goto(address(server, ticket))
    editor = page.locator("#editor-reply")
    editor.locator("textarea").fill("Segue a lista.")
    file = {"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}
    editor.locator("input[type=file]").set_input_files([file])
    editor.locator("[data-default-submit]").click()
    expect(editor.locator(".editor-problem")).to_contain_text("“lista.txt” is not attached.")
    editor.locator("input[type=file]").set_input_files([file])
    editor.get_by_role("button", name="Attach", exact=True).click()
    expect(editor.locator("[data-file]")).to_contain_text("lista.txt")
    expect(editor.locator("textarea")).to_have_value("Segue a lista.")
    editor.locator("[data-default-submit]").click()
    expect(page.locator("#bulk")).to_contain_text("will be sent in a moment")
    assert [each.name for each in Message.objects.get().attachments.all()] == ["lista.txt"]
    assert "422" in complaints.pop()
