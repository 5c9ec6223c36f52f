"""Every page, and every state that a page can be in, as axe sees it: light and dark, on a phone and on a desk.

A page takes its colours from the style sheets alone, by the scheme of the browser: what it shows is looked at in both.
"""

import pytest
from playwright.sync_api import expect

from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority
from tests.browser.first_steps import log_in, set_up_source
from tests.browser.pages import PAGES, live_a_day
from tests.browser.reading import choose, fill_inbox, let_page_ask
from tests.browser.scanning import CONTRAST, scan, scan_in_both
from tests.factories import MembershipFactory
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
DESK_AND_PHONE = pytest.mark.parametrize("width", [1280, 360])
# Of blocks that are alike in elements and classes, however often these come, the first stays, and shows all it has.
ONE_OF_EACH_KIND = """() => {
    const named = (element) => [element.localName, ...element.classList].join("."), seen = new Set();
    const pathsIn = (block) => [...block.querySelectorAll("*")].map((element) => {
        const path = [];
        for (let at = element; at !== block; at = at.parentElement) path.push(named(at));
        return path.join("<");
    });
    for (const selector of ["nav a", ".problems > div", ".api-fields > div", "article"]) {
        for (const block of document.querySelectorAll(selector)) {
            const kind = [selector, named(block.parentElement), named(block), ...new Set(pathsIn(block).sort())].join();
            if (seen.has(kind)) block.remove();
            seen.add(kind);
        }
    }
    for (const details of document.querySelectorAll("details")) details.open = true;
}"""


@DESK_AND_PHONE
def test_no_page_fails_an_axe_scan_or_is_wider_than_the_screen(server, new_team, open_page, width):
    page = open_page(width)
    page.goto(f"{server}/accounts/login/")
    wrong = scan_in_both(page, "login")
    page.goto(f"{server}/accounts/password/reset/")
    wrong += scan_in_both(page, "reset")
    log_in(page, server)
    wrong += scan_in_both(page, "first run")
    address, key = set_up_source(page)
    wrong += scan_in_both(page, "set-up")
    page.locator("#step-backup").get_by_role("button").click()
    expect(page.locator("#step-backup .step-done")).to_be_visible()
    page.locator("#test-call button").click()
    expect(page.locator("#test-call .notice")).to_be_visible()
    wrong += scan_in_both(page, "set-up, a step done and a test call sent")
    page.goto(f"{server}/t/escola-da-ana/")
    wrong += scan_in_both(page, "first run, connected")
    page.goto("about:blank")  # that page waits for the first event, and would load itself while another is opened
    more = live_a_day(new_team, address, key)
    for name, path in (PAGES | more).items():
        page.goto(server + path)
        wrong += scan_in_both(page, name)
    endpoint = WebhookEndpoint.objects.create(team=new_team, url="https://example.com/", events=["ticket.created"])
    sent = send_test(endpoint)
    sent.log.create(team=new_team, url=endpoint.url, duration_ms=1, status_code=500, problem="status", answer="no")
    webhook = f"/t/escola-da-ana/integrations/{endpoint.pk}/"
    for path in ("/t/escola-da-ana/integrations/", webhook, f"{webhook}deliveries/{sent.pk}/"):
        page.goto(server + path)
        wrong += scan_in_both(page, path)
    assert wrong == []


@DESK_AND_PHONE
def test_the_reference_of_the_api_passes_an_axe_scan(server, open_page, width):
    """All of it by the rules that are quick; for colours one of each kind of its hundreds of blocks."""
    page = open_page(width)
    page.goto(f"{server}/api/v1/docs")
    wrong = scan(page, "whole", rules={rule: {"enabled": False} for rule in CONTRAST})
    page.evaluate(ONE_OF_EACH_KIND)
    assert 10 < page.locator("article").count() < 40
    wrong += scan_in_both(page, "one of each kind", runOnly=CONTRAST)
    assert wrong == []


@DESK_AND_PHONE
def test_no_state_of_a_page_fails_an_axe_scan(server, school, ana, beatriz, open_page, complaints, width):
    page, inbox = open_page(width, user=ana), f"{server}/t/escola/"
    (first,) = fill_inbox(school, 1)
    page.clock.install()
    page.goto(inbox)
    wrong = scan_in_both(page, "one ticket")
    actions.resolve_ticket(first, Actor.person(ana))
    page.goto(inbox)
    expect(page.get_by_role("heading", name="Tudo feito")).to_be_visible()
    wrong += scan_in_both(page, "empty")

    tickets = fill_inbox(school, 20)
    page.goto(inbox)
    page.keyboard.press("?")
    wrong += scan_in_both(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator(".filter-choices")).to_have_count(0)  # it has come
    wrong += scan_in_both(page, "filters")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator("#sheet fieldset")).to_have_count(6)
    wrong += scan_in_both(page, "a ticket's menu")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    wrong += scan_in_both(page, "chosen")
    page.locator("[name=all][form=changes]").check()
    wrong += scan_in_both(page, "the whole list chosen")
    page.locator("[name=all][form=changes]").uncheck()
    page.keyboard.press("Control+k")
    page.keyboard.type("alun")
    expect(page.locator("#palette-found [role=option]").first).to_be_visible()
    wrong += scan_in_both(page, "palette")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("m")
    wrong += scan_in_both(page, "the bar's menu")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    actions.change_priority(tickets[1], Actor.person(beatriz), Priority.HIGH)
    page.keyboard.press("e")
    expect(page.locator("#bulk")).to_contain_text("1 foi recusado")
    wrong += scan_in_both(page, "toast with a refusal")
    fill_inbox(school, 1)
    let_page_ask(page)
    expect(page.locator(".news-pill")).to_be_visible()
    wrong += scan_in_both(page, "news")
    page.goto(f"{inbox}changes/{page.locator('#bulk form').get_attribute('action').split('/')[-3]}/")
    wrong += scan_in_both(page, "a bulk change")
    fill_inbox(school, 90)
    page.goto(inbox)
    for shown in (50, 75, 100):
        page.keyboard.press("o")
        expect(page.locator("[data-row]")).to_have_count(shown)
    wrong += scan_in_both(page, "hundreds")
    page.goto(f"{inbox}?q=nada+assim&priority=9")
    wrong += scan_in_both(page, "nothing found, a filter in error")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    wrong += scan_in_both(page, "off the line")
    page.context.set_offline(False)

    ticket = f"{inbox}tickets/{tickets[5].number}/"
    page.goto(ticket)
    if width >= 1280:
        expect(page.locator("#list [data-row]")).to_have_count(25)
        wrong += scan_in_both(page, "list and ticket")
    for key in "caplsm":
        page.keyboard.press(key)
        expect(page.locator("[data-picker]:popover-open")).to_be_visible()
        wrong += scan_in_both(page, f"picker {key}")
        page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.locator("[data-picker]:popover-open [data-add]").click()
    expect(page.locator("[data-picker]:popover-open .errorlist")).to_be_visible()
    wrong += scan_in_both(page, "no tag")
    page.keyboard.press("Escape")
    choose(page, "p", "priority:3")
    expect(page.locator("#bulk [data-key=z]")).to_be_visible()
    wrong += scan_in_both(page, "toast with an undo")
    page.evaluate("scrollTo(0, 500)")
    wrong += scan_in_both(page, "scrolled")
    actions.take_ticket(fresh(tickets[5]), Actor.person(beatriz))
    choose(page, "p", "priority:4")
    expect(page.locator("#ticket").get_by_text("Alguém foi mais rápido")).to_be_visible()
    wrong += scan_in_both(page, "stale")
    page.goto(f"{inbox}tickets/new/")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.get_by_label("E-mail do aluno").fill("não é")
    page.get_by_role("button", name="Abrir o chamado").click()
    expect(page.get_by_text("Informe um e-mail válido")).to_be_visible()
    wrong += scan_in_both(page, "a form in error")
    if width < 800:
        page.get_by_role("navigation", name="Principal").get_by_text("Mais").click()
        wrong += scan_in_both(page, "the tab bar's menu")
    page.goto(f"{inbox}tickets/9999/")
    wrong += scan_in_both(page, "404")
    viewer = open_page(width, user=MembershipFactory(team=school, role=Role.VIEWER).user)
    viewer.goto(f"{inbox}tickets/new/")
    wrong += scan_in_both(viewer, "403")
    viewer.goto(inbox)
    wrong += scan_in_both(viewer, "who may only look")
    assert "\n".join(wrong) == ""
    assert all("Failed to load resource" in text or text.startswith("htmx:") for text in complaints)
    complaints.clear()
