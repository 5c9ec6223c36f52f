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
def paper(page, server, team):
    """A reply that somebody writes; another ticket waits after it."""
    first, _second = fill_inbox(team, 2)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    page.keyboard.press("r")
    page.keyboard.type("Segue o print")
    expect(page.locator("#draft-state-reply")).to_have_text("Draft saved")
    return page.locator("#paper-reply")


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


def test_sending_waits_for_what_still_goes_up(page, paper):
    with slow_line(page):
        paper.locator("[data-attach]").set_input_files([LIST])
        expect(paper.locator("[data-upload]")).to_contain_text("lista.txt")
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+Enter")
        expect(paper.locator("[data-upload-waits]")).to_contain_text("leaves as soon as its files are there")
        assert not Message.objects.exists()
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    message = Message.objects.get()
    assert (message.body, [each.name for each in message.attachments.all()]) == ("Segue o print", ["lista.txt"])
    assert not Draft.objects.exists()


def test_where_a_file_does_not_arrive_nothing_is_sent(page, paper, complaints):
    with slow_line(page, breaks=True):
        paper.locator("[data-attach]").set_input_files([LIST])
        expect(paper.locator("[data-upload]")).to_contain_text("lista.txt")
        page.keyboard.press("Control+Enter")
    expect(paper.locator(".paper-problem")).to_contain_text("It was not sent, since a file is missing.")
    expect(paper.locator("[data-upload-waits]")).to_be_empty()
    assert not Message.objects.exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#bulk .toast-sent")).to_be_visible()
    complaints.clear()


def test_what_no_e_mail_takes_is_told_at_once(page, paper):
    paper.locator("[data-attach]").evaluate("field => { field.dataset.mostBytes = 3; }")
    paper.evaluate(GIVE, ["drop", ["um.txt", "dois.txt"], ""])
    told = "dois.txt: The files of a reply can have at most 20 MB together."
    expect(paper.locator(".paper-problem")).to_contain_text(told)
    expect(paper.locator("[data-file]")).to_contain_text(["um.txt"])


def test_what_is_dropped_is_attached(paper):
    paper.evaluate(GIVE, ["dragover", ["um.txt"], ""])
    expect(paper).to_have_attribute("data-over", "")
    paper.evaluate(GIVE, ["drop", ["um.txt", "dois.txt"], ""])
    expect(paper.locator("[data-file]")).to_contain_text(["um.txt", "dois.txt"])
    expect(paper).not_to_have_attribute("data-over", "")
    assert {each.name for each in Draft.objects.get().attachments.all()} == {"um.txt", "dois.txt"}


@pytest.mark.parametrize("text", ["", " \n", "um.txt"])
def test_files_that_are_pasted_are_attached(paper, text):
    assert not paper.locator("textarea").evaluate(GIVE, ["paste", ["um.txt"], text])
    expect(paper.locator("[data-file]")).to_contain_text("um.txt")


def test_text_that_is_pasted_with_a_picture_of_it_stays_text(paper):
    assert paper.locator("textarea").evaluate(GIVE, ["paste", ["image.png"], "Aula\t3"])
    assert "data-uploading" not in paper.evaluate("paper => paper.getAttributeNames()")
    expect(paper.locator("[data-file]")).to_have_count(0)
