"""Transient states, and states that need a second person, checked by axe at every width, light and dark."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.workspace.presence_views import note_viewer
from tests.browser.reading import address, fill_inbox, until
from tests.browser.scanning import scan_at_every_width
from tests.factories import open_ticket, source_of

pytestmark = pytest.mark.browser


def test_changes_waiting_for_a_connection_pass_a_scan_at_every_width(server, open_page, school, ana, complaints):
    tickets = fill_inbox(school, 3)
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/")
    page.context.set_offline(True)
    page.locator("#list .row-link").first.focus()
    page.keyboard.press("e")
    expect(page.locator("#list [data-kept-mark]")).to_be_visible()
    expect(page.locator("#bulk [data-cancel-kept]")).to_be_visible()
    wrong = scan_at_every_width(page, "kept, in the list")
    page.locator("#bulk [data-close-toast]").click()
    expect(page.locator("#offline [data-kept-count]")).to_be_visible()
    wrong += scan_at_every_width(page, "how many are kept", "#offline")
    page.context.set_offline(False)
    expect(page.locator("#list [data-kept-mark]")).to_have_count(0)
    page.goto(address(server, tickets[1]))
    expect(page.locator("#list [data-row]")).to_have_count(2)
    page.context.set_offline(True)
    page.keyboard.press("t")
    expect(page.locator("#ticket [data-kept-mark]")).to_be_visible()
    wrong += scan_at_every_width(page, "kept, on a ticket", "#ticket")
    page.context.set_offline(False)
    expect(page.locator("#ticket [data-kept-mark]")).to_have_count(0)
    assert "\n".join(wrong) == ""
    assert all("ERR_INTERNET_DISCONNECTED" in text or text.startswith("htmx:") for text in complaints)
    complaints.clear()


def test_a_running_change_passes_a_scan_at_every_width(server, open_page, school, ana):
    fill_inbox(school, 300)
    page = open_page(user=ana)
    page.route("**/changes/*/run/", lambda route: None)
    page.goto(f"{server}/t/escola/")
    page.locator("#list input[name=ticket]").first.check()
    page.locator("[name=all][form=changes]").check()
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#ask-many [data-answer]").click()
    expect(page.locator("#bulk").get_by_role("progressbar")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    assert scan_at_every_width(page, "progress", "#bulk") == []


def test_the_offer_of_notifications_passes_a_scan_at_every_width(server, open_page, school, ana):
    ensure_push_key()
    fill_inbox(school, 2)
    page = open_page(user=ana)
    page.add_init_script('Object.defineProperty(Notification, "permission", { get: () => "default" })')
    page.goto(f"{server}/t/escola/")
    page.locator("#list .row-link").first.focus()
    page.keyboard.press("t")
    expect(page.locator("#bulk [data-key=z]")).to_be_visible()
    page.locator("#bulk [data-close-toast]").click()
    expect(page.locator("#bulk .toast-offer")).to_be_visible()
    assert scan_at_every_width(page, "offer", "#bulk") == []


def test_a_writing_colleague_and_a_draft_pass_a_scan_at_every_width(
    server, open_page, school, ana, beatriz, complaints
):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana)
    note_viewer(ticket, beatriz, is_writing=True)
    page.goto(address(server, ticket))
    expect(page.locator("#presence .viewer")).to_be_visible()
    page.route("**/presence/", lambda route: route.fulfill(status=204))  # they stay
    wrong = scan_at_every_width(page, "a colleague writes", "#ticket")
    page.keyboard.press("r")
    page.keyboard.type("Segue a lista")
    editor = page.locator("#editor-reply")
    files = [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": b"um"} for name in ("lista", "x" * 80)]
    editor.locator("[data-attach]").set_input_files(files[0])
    expect(editor.locator("[data-file]")).to_contain_text("lista.txt")
    held = []
    page.route("**/uploads/**", lambda route: held.append(route))
    editor.locator("[data-attach]").set_input_files(files[1])
    expect(editor.locator("[data-upload]")).to_contain_text("xxx")
    until(page, lambda: held)
    page.keyboard.press("Control+Enter")
    expect(editor.locator("[data-upload-waits]")).not_to_be_empty()
    wrong += scan_at_every_width(page, "a reply whose file goes up", ".dock")
    held[0].abort()
    expect(editor.locator(".editor-problem")).to_be_visible()
    wrong += scan_at_every_width(page, "a file that did not arrive", ".dock")
    page.goto(f"{server}/t/escola/")
    expect(page.locator("#list [data-row]")).to_be_visible()
    wrong += scan_at_every_width(page, "a draft in the list", "#list")
    assert "\n".join(wrong) == ""
    assert [text for text in complaints if "ERR_FAILED" not in text] == []
    complaints.clear()


def test_finished_snoozed_and_merged_tickets_pass_a_scan_at_every_width(server, open_page, school, ana):
    person = Actor.person(ana)
    resolved, snoozed, target = fill_inbox(school, 3)
    merged = open_ticket(school, learner=target.learner)
    actions.resolve_ticket(resolved, person)
    actions.snooze_ticket(snoozed, person, timezone.now() + timedelta(days=2))
    actions.merge_ticket(merged, person, target)
    page, wrong = open_page(user=ana), []
    for name, ticket in (("resolved", resolved), ("snoozed", snoozed), ("merged", merged), ("with another", target)):
        page.goto(address(server, ticket))
        wrong += scan_at_every_width(page, name, "#ticket")
    assert "\n".join(wrong) == ""


def test_secrets_shown_once_pass_a_scan_at_every_width(server, open_page, school, ana):
    source = source_of(school)
    page, team = open_page(user=ana), f"{server}/t/escola"
    wrong = []

    def look(shown):
        expect(page.locator(shown)).to_be_visible()
        return scan_at_every_width(page, shown, "main")

    page.goto(f"{team}/tokens/")
    page.locator("main form [name=reach]").first.check()
    page.locator("main form [name=name]").fill("Planilha")
    page.locator("main form [name=name]").press("Enter")
    wrong += look("#new-token")
    page.goto(f"{team}/integrations/new/")
    page.locator("main form [name=url]").fill("https://example.com/")
    page.locator("main form [name=events]").first.check()
    page.locator("main form [name=url]").press("Enter")
    wrong += look("#new-secret")
    page.goto(f"{team}/team/")
    page.locator("main form [name=email]").fill("nova@example.com")
    page.locator("main form [name=email]").press("Enter")
    page.locator(".people summary[aria-label*='nova@example.com']").click()
    page.locator("form[action$='/renew/'] button:not([name=send])").click()
    wrong += look("#new-link")
    page.goto(f"{team}/sources/{source.pk}/")
    page.locator("main summary", has_text="Adicionar uma chave").click()
    page.get_by_role("button", name="Adicionar chave", exact=True).click()
    wrong += look("#new-key")
    assert "\n".join(wrong) == ""
