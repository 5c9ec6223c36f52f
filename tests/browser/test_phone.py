"""A phone on a slow line, and off the line."""

import re
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.bulk.models import BulkChange
from helpdesk.tickets.models import Message, Status, Ticket
from tests.browser.reading import UNDONE, fill_inbox, let_page_ask, row_of, until
from tests.factories import source_of
from tests.tickets.reading import fresh
from webhooks.models import Source

pytestmark = pytest.mark.browser
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
SIZES = """(least) => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => !element.matches(".skip, p a, li a, dd a, .ev *")) // in a sentence or a list of lines
    .map((element) => [element.closest("label") ?? element, element])
    .map(([area, element]) => [element.outerHTML.slice(0, 120), area.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < least || box.height < least))
    .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""
MAIN = (
    ".tab-bar > a, .tab-bar > details > summary, .page-header .btn, .slot, .pager a, .ticket-back, .composer .btn,"
    " .search-line .btn, .list-bar .icon-btn, .row-select, button.row-assignee, .row-actions > [data-key=m]"
)


def line_of(page):
    """The DevTools session by which the page's line is made slow."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    return line


def slow_down(page):
    line_of(page).send("Network.emulateNetworkConditions", SLOW)


@pytest.mark.parametrize("path", ["", "tickets/1/", "reports/", "courses/", "?status=all"])
def test_the_controls_of_a_page_are_large_enough(phone, server, school, path):
    fill_inbox(school, 60)
    phone.goto(f"{server}/t/escola/{path}")
    assert "\n".join(phone.evaluate(SIZES, 24)) == ""
    small = phone.evaluate(
        "(main) => [...document.querySelectorAll(main)].filter((element) => element.checkVisibility())"
        ".map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 44 || box.height < 44)"
        ".map(([html, box]) => `${box.width}×${box.height} ${html}`)",
        MAIN,
    )
    assert "\n".join(small) == ""


def test_the_tab_bar_leads_everywhere(phone, server, school, ana):
    fill_inbox(school, 2)
    phone.goto(f"{server}/t/escola/")
    bar = phone.get_by_role("navigation", name="Principal")
    bar.get_by_role("link", name="Meus").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Meus")
    expect(bar.get_by_role("link", name="Meus")).to_have_attribute("aria-current", "page")
    bar.get_by_text("Mais").tap()
    bar.get_by_role("link", name="Relatórios").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Relatórios")
    bar.get_by_text("Mais").tap()
    expect(bar.get_by_role("button", name="Sair")).to_be_in_viewport()
    assert bar.locator(":is(a, button):visible:not(:has(svg), [name=language])").all_inner_texts() == []
    phone.get_by_role("heading", level=1).tap()
    expect(bar.get_by_role("button", name="Sair")).to_be_hidden()
    bar.get_by_role("link", name="Para fazer").tap()
    expect(phone.locator("[data-row]")).to_have_count(2)


def test_a_ticket_can_be_worked_on_from_the_lists_menu(phone, server, school, ana):
    first, second = fill_inbox(school, 2)
    phone.goto(f"{server}/t/escola/")
    row_of(phone, first).get_by_role("link", name="Mais").tap()
    sheet = phone.locator("#sheet")
    sheet.get_by_role("button", name="Eu").tap()
    expect(phone.locator("#bulk")).to_contain_text("#1: com você")
    expect(sheet).to_be_hidden()
    row_of(phone, second).locator(".row-select").tap()
    expect(phone.locator(".selected-count")).to_have_text(re.compile("^1 "))
    bar = phone.locator("#changes").bounding_box()
    assert (bar["y"] + bar["height"], bar["width"]) == (phone.viewport_size["height"], 360)
    phone.locator("#changes").get_by_role("button", name="Resolver").tap()
    expect(phone.locator("#bulk")).to_contain_text("#2: resolvido")
    phone.locator("#bulk").get_by_role("button", name="Desfazer").tap()
    expect(phone.locator("#bulk")).to_contain_text(UNDONE)
    assert fresh(first).assignee == ana
    assert fresh(second).status == Status.NEW


def test_a_slow_connection_shows_progress_and_two_taps_make_one_change(phone, server, school, complaints):
    fill_inbox(school, 3)
    phone.goto(f"{server}/t/escola/tickets/1/")
    slow_down(phone)
    phone.locator(".dock-note").tap()
    phone.locator("#ticket").get_by_label("Nota para a equipe").fill("Uma só vez")
    button = phone.locator("#ticket").get_by_role("button", name="Anotar", exact=True)
    held = []
    phone.route("**/tickets/1/**", lambda route: held.append(route))
    button.evaluate("(button) => { button.click(); button.click(); }")
    expect(phone.locator(".htmx-request").first).to_be_visible()
    assert phone.evaluate("getComputedStyle(document.body, '::after').content") == '""'
    until(phone, lambda: held, "nothing is sent")
    for route in held:
        route.continue_()
    phone.unroute("**/tickets/1/**")
    expect(phone.locator(".note")).to_have_count(1)
    expect(phone.locator(".htmx-request:not([data-quiet])")).to_have_count(0)
    assert phone.evaluate("getComputedStyle(document.body, '::after').content") == "none"
    assert Message.objects.count() == 1

    resolve = phone.locator("#ticket").get_by_role("button", name="Resolver", exact=True)
    resolve.evaluate("(button) => { button.click(); button.click(); }")
    expect(phone.locator("#ticket h1")).to_contain_text("#2")
    expect(phone.locator("#bulk")).to_contain_text("#1: resolvido")
    assert BulkChange.objects.count() == 1

    phone.goto(f"{server}/t/escola/")
    phone.locator(".row-select").first.tap()
    button = phone.locator("#changes").get_by_role("button", name="Resolver")
    button.evaluate("(button) => { button.click(); button.click(); }")
    expect(phone.locator("#bulk")).to_contain_text("#2: resolvido")
    expect(phone.locator(".row-handled")).to_have_count(1)
    expect(phone.locator("#bulk").get_by_role("button", name="Desfazer")).to_be_visible()
    assert BulkChange.objects.count() == 2
    assert Ticket.objects.filter(status=Status.RESOLVED).count() == 2


def test_a_note_typed_offline_is_kept_and_sent_later(phone, server, school, complaints):
    fill_inbox(school, 1)
    phone.goto(f"{server}/t/escola/tickets/1/")
    note = phone.locator("#ticket").get_by_label("Nota para a equipe")
    phone.locator(".dock-note").tap()
    phone.context.set_offline(True)
    expect(phone.locator("#offline")).to_be_visible()
    note.fill("Escrita no metrô")
    phone.locator("#ticket").get_by_role("button", name="Anotar", exact=True).tap()
    expect(phone.get_by_text("Não deu certo")).to_be_visible()
    expect(note).to_have_value("Escrita no metrô")
    phone.context.set_offline(False)
    expect(phone.locator("#offline")).to_be_hidden()
    phone.reload()
    phone.locator(".dock-note").tap()
    expect(note).to_have_value("Escrita no metrô")
    phone.locator("#ticket").get_by_role("button", name="Anotar", exact=True).tap()
    expect(phone.locator(".note")).to_contain_text("Escrita no metrô")
    expect(note).to_have_value("")
    assert Message.objects.count() == 1
    assert all("ERR_INTERNET_DISCONNECTED" in text or text.startswith("htmx:") for text in complaints)
    complaints.clear()


def test_an_offline_list_says_so_until_it_is_online(phone, server, school, complaints):
    fill_inbox(school, 1)
    phone.clock.install()
    phone.goto(f"{server}/t/escola/")
    phone.route("**/news/**", lambda route: route.abort())
    let_page_ask(phone)
    expect(phone.locator("#offline")).to_be_visible()
    phone.unroute("**/news/**")
    let_page_ask(phone)
    expect(phone.locator("#offline")).to_be_hidden()
    complaints.clear()


def test_the_facts_of_a_source_are_stacked_and_its_name_fits_on_one_line(phone, server, school):
    source = source_of(school)
    Source.objects.filter(pk=source.pk).update(verified_at=timezone.now(), first_call_at=timezone.now())
    phone.goto(f"{server}/t/escola/sources/{source.pk}/")
    boxes = phone.locator(".facts > *").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect())")
    assert len(boxes) == 16
    assert all(above["bottom"] <= below["top"] for above, below in pairwise(boxes))
    assert phone.get_by_role("heading", level=1).bounding_box()["height"] < 40
