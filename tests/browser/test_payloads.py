"""What e-mails and people's texts become runs nowhere, as a browser reads it and not as we think that it does."""

import pytest

from helpdesk.conversations.writing.markdown import render_markdown
from helpdesk.mail.html.sanitising import sanitise
from tests import payloads

pytestmark = pytest.mark.browser
CLICK_ALL = """() => {
    const click = () => new MouseEvent("click", { bubbles: true, cancelable: true });
    for (const each of document.querySelectorAll("a, button")) each.dispatchEvent(click());
}"""


@pytest.fixture
def ran(browser):
    """Whether a page of this HTML, without any policy to keep it back, runs a script."""
    context = browser.new_context()
    page = context.new_page()
    dialogs = []

    def note(dialog):
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)

    def run(html):
        page.set_content(f"<!doctype html><title>x</title><body>{html}", wait_until="load")
        page.evaluate(CLICK_ALL)
        page.evaluate("() => new Promise((done) => setTimeout(done))")
        found = bool(dialogs)
        dialogs.clear()
        return found

    yield run
    context.close()


def test_payloads_run_unsanitized_but_not_as_we_show_them(ran):
    assert len([each for each in payloads.XSS if ran(each)]) > 10
    for payload in payloads.XSS:
        for html in (sanitise(payload).html, sanitise(payload, shows_remote=True).html, render_markdown(payload)):
            assert not ran(html), payload
