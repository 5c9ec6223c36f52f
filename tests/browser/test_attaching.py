"""Files on their way to a draft: dropped, pasted, and still going up when the reply is sent."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from helpdesk.conversations.models import Draft
from helpdesk.tickets.models import Message
from tests.browser.reading import fill_inbox, until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("owner_reads_english")]

LIST = {"name": "lista.txt", "mimeType": "text/plain", "buffer": b"um"}
GIVE = """(element, [event, files, text]) => {
  const data = new DataTransfer();
  for (const name of files) data.items.add(new File(["um"], name, { type: "text/plain" }));
  if (text) data.setData("text/plain", text);
  const how = { bubbles: true, cancelable: true };
  const given = event === "paste"
    ? new ClipboardEvent(event, { ...how, clipboardData: data })
    : new DragEvent(event, { ...how, dataTransfer: data });
  return element.dispatchEvent(given);
}"""


@pytest.fixture
def editor(page, server, team):
    """A reply that somebody writes; another ticket waits after it."""
    first, _second = fill_inbox(team, 2)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    page.keyboard.press("r")
    page.keyboard.type("Segue o print")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    return page.locator("#editor-reply")


@contextmanager
def slow_line(page, *, breaks=False):
    """Files go up once this is over."""
    held = []
    page.route("**/uploads/**", lambda route: held.append(route))
    yield
    until(page, lambda: held, "nothing goes up")
    for route in held:
        if breaks:
            route.abort()
        else:
            route.continue_()
    page.unroute("**/uploads/**")


def test_sending_waits_for_pending_uploads(page, editor):
    with slow_line(page):
        editor.locator("[data-attach]").set_input_files([LIST])
        expect(editor.locator("[data-upload]")).to_contain_text("lista.txt")
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+Enter")
        expect(editor.locator("[data-upload-waits]")).to_contain_text("will be sent as soon as its files are uploaded")
        assert not Message.objects.exists()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    message = Message.objects.get()
    assert (message.body, [each.name for each in message.attachments.all()]) == ("Segue o print", ["lista.txt"])
    assert not Draft.objects.exists()


def test_nothing_is_sent_if_an_upload_fails(page, editor, complaints):
    with slow_line(page, breaks=True):
        editor.locator("[data-attach]").set_input_files([LIST])
        expect(editor.locator("[data-upload]")).to_contain_text("lista.txt")
        page.keyboard.press("Control+Enter")
    expect(editor.locator(".editor-problem")).to_contain_text("It was not sent because a file is missing.")
    expect(editor.locator("[data-upload-waits]")).to_be_empty()
    assert not Message.objects.exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    complaints.clear()


def test_files_too_large_for_an_email_are_reported_at_once(page, editor):
    editor.locator("[data-attach]").evaluate("field => { field.dataset.mostBytes = 3; }")
    editor.evaluate(GIVE, ["drop", ["um.txt", "dois.txt"], ""])
    told = "dois.txt: The files of a reply can have at most 20 MB together."
    expect(editor.locator(".editor-problem")).to_contain_text(told)
    expect(editor.locator("[data-file]")).to_contain_text(["um.txt"])


def test_dropped_files_are_attached(editor):
    editor.evaluate(GIVE, ["dragover", ["um.txt"], ""])
    expect(editor).to_have_attribute("data-over", "")
    editor.evaluate(GIVE, ["drop", ["um.txt", "dois.txt"], ""])
    expect(editor.locator("[data-file]")).to_contain_text(["um.txt", "dois.txt"])
    expect(editor).not_to_have_attribute("data-over", "")
    assert {each.name for each in Draft.objects.get().attachments.all()} == {"um.txt", "dois.txt"}


@pytest.mark.parametrize("text", ["", " \n", "um.txt"])
def test_pasted_files_are_attached(editor, text):
    assert not editor.locator("textarea").evaluate(GIVE, ["paste", ["um.txt"], text])
    expect(editor.locator("[data-file]")).to_contain_text("um.txt")


def test_text_pasted_with_a_picture_of_it_stays_text(editor):
    assert editor.locator("textarea").evaluate(GIVE, ["paste", ["image.png"], "Aula\t3"])
    assert "data-uploading" not in editor.evaluate("editor => editor.getAttributeNames()")
    expect(editor.locator("[data-file]")).to_have_count(0)
