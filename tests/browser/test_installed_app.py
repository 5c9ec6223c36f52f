"""The app as it is installed: what Chromium says of it, its worker, and the page for when there is no connection."""

import pytest
from playwright.sync_api import expect

from tests.browser.reading import fill_inbox, until, wait_for_worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("owner_reads_english"),
    pytest.mark.page_of("owner", width=360, service_workers="allow", has_touch=True, is_mobile=True),
]
KEPT = """async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
}"""


def visit(page, address):
    page.goto(address)
    wait_for_worker(page)


def test_chromium_considers_it_installable(page, server, team):
    visit(page, f"{server}/t/escola/")
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["url"] == f"{server}/manifest.en.webmanifest"
    assert manifest["errors"] == []
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in errors if error["errorId"] != "in-incognito"] == []  # what a test's context always is


def test_an_offline_page_is_shown_until_there_is_a_connection(page, server, team, complaints):
    (ticket,) = fill_inbox(team, 1)
    visit(page, f"{server}/t/escola/")
    page.context.set_offline(True)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.btn-primary')).minHeight") != "0px"
    )  # it has its style
    page.get_by_role("link", name="Try again").tap()
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#ticket h1")).to_contain_text(ticket.learner.name)
    complaints.clear()


def test_only_the_shell_is_cached_and_no_content_of_pages(page, server, team):
    fill_inbox(team, 3)
    visit(page, f"{server}/t/escola/")
    page.reload()
    page.goto(f"{server}/t/escola/tickets/1/")
    kept = page.evaluate(KEPT)
    assert "/offline/en/" in kept
    assert [path for path in kept if not path.startswith(("/static/", "/offline/"))] == []


def test_a_worker_of_another_version_replaces_the_previous_one(page, server, team):
    visit(page, f"{server}/t/escola/")
    before = page.evaluate("caches.keys()")
    page.evaluate("caches.open('shell-of-old')")
    page.evaluate("navigator.serviceWorker.register('/service-worker.pt-br.js', { scope: '/' })")
    wait_for_worker(page, "pt-br.js")
    until(page, "caches.keys().then((names) => names.length === 1)")
    assert page.evaluate("caches.keys()") != before
