"""List and ticket beside each other from 1280 px on, the address in step; and a phone that pays for neither."""

import re

import pytest
from playwright.sync_api import Route, expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority
from tests.browser.reading import assert_focus_shows, expect_handled, fill_inbox, let_page_ask, row_of, until

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"


def head(page):
    return page.locator("#ticket h1")


def current(page):
    return page.locator(".row-link[aria-current=true]")


def test_a_row_opens_its_ticket_beside_the_list_and_back_closes_it(open_page, server, school, ana):
    first, _second, third = fill_inbox(school, 3)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}?assignee=none")
    page.evaluate("window.stayed = true")
    expect(page.locator(".no-ticket h2")).to_be_visible()
    row_of(page, first).locator(".row-link").click()
    expect(head(page)).to_contain_text("Aluno 001")
    expect(page).to_have_url(re.compile(rf"/tickets/{first.number}/\?in=assignee%3Dnone$"))
    expect(current(page)).to_contain_text("Aluno 001")
    expect(page).to_have_title(re.compile("Aluno 001"))
    expect(head(page)).to_be_focused()
    row_of(page, third).locator(".row-link").click()
    expect(head(page)).to_contain_text("Aluno 003")
    expect(current(page)).to_have_count(1)
    page.go_back()
    expect(head(page)).to_contain_text("Aluno 001")
    expect(current(page)).to_contain_text("Aluno 001")
    page.go_back()
    expect(page.locator("#ticket")).to_have_count(0)
    expect(page).to_have_url(f"{server}{INBOX}?assignee=none")
    expect(current(page)).to_have_count(0)
    page.go_forward()
    expect(head(page)).to_contain_text("Aluno 001")
    assert page.evaluate("window.stayed"), "the page was loaded again"
    page.keyboard.press("j")
    expect(head(page)).to_contain_text("Aluno 002")
    expect(current(page)).to_contain_text("Aluno 002")
    page.keyboard.press("u")
    expect(page.locator("#ticket")).to_have_count(0)
    expect(page).to_have_url(f"{server}{INBOX}?assignee=none")
    assert_focus_shows(page, "Aluno 002")
    assert page.evaluate("window.stayed")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Aluno" not in kept


def test_reloading_a_ticket_shows_list_and_ticket(open_page, server, school, ana):
    _first, second = fill_inbox(school, 2)
    actions.take_ticket(second, Actor.person(ana))
    page = open_page(1440, user=ana)
    page.goto(f"{server}{INBOX}tickets/{second.number}/?in=assignee%3Dme")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(current(page)).to_contain_text("Aluno 002")
    expect(page.locator("#list-title")).to_have_text("Meus")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.reload()
    expect(head(page)).to_contain_text("Aluno 002")
    expect(page.locator("[data-row]")).to_have_count(1)
    panes = page.locator(".sidebar, #list-pane, #ticket-pane")
    boxes = panes.evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().width)")
    assert boxes == [232, 440, 1440 - 672]


def test_each_pane_scrolls_separately_below_a_fixed_bar(open_page, server, school, ana):
    tickets = fill_inbox(school, 40)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{tickets[0].number}/")
    expect(page.locator("[data-row]")).to_have_count(25)
    page.locator("#list").hover()
    page.mouse.wheel(0, 600)
    until(page, "document.querySelector('.list-body').scrollTop > 0")
    assert page.evaluate("[scrollY, document.getElementById('ticket-pane').scrollTop]") == [0, 0]
    assert page.locator(".list-bar").bounding_box() == {"x": 232, "y": 0, "width": 399, "height": 56}
    title = page.locator(".row-group-title").bounding_box()
    assert (title["y"], title["height"]) == (56, 32)


def test_a_search_beside_an_open_ticket_keeps_it(open_page, server, school, ana):
    tickets = fill_inbox(school, 12)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    row_of(page, tickets[0]).locator(".row-link").click()
    expect(head(page)).to_contain_text("Aluno 001")
    page.get_by_role("searchbox").press_sequentially("aluno 01")
    expect(page.locator("[data-row]")).to_have_count(4)
    expect(head(page)).to_contain_text("Aluno 001")
    expect(page).to_have_url(re.compile(rf"/tickets/{tickets[0].number}/\?in=q%3D"))
    page.reload()
    expect(page.locator("[data-row]")).to_have_count(4)
    expect(head(page)).to_contain_text("Aluno 001")


def test_handled_rows_stay_in_place_until_the_list_is_reloaded(open_page, server, school, ana):
    tickets = fill_inbox(school, 4)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    before = row_of(page, tickets[2]).bounding_box()
    row_of(page, tickets[1]).locator(".row-link").focus()
    page.keyboard.press("e")
    expect(row_of(page, tickets[1])).to_have_class(re.compile("row-handled"))
    assert_focus_shows(page, "Aluno 003")
    assert row_of(page, tickets[2]).bounding_box() == before
    page.keyboard.press("z")
    expect(row_of(page, tickets[1])).not_to_have_class(re.compile("row-handled"))
    page.keyboard.press("e")
    expect(row_of(page, tickets[2])).to_have_class(re.compile("row-handled"))
    page.reload()
    expect(page.locator("[data-row]")).to_have_count(3)


def test_a_change_in_the_row_is_shown_in_the_open_ticket(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.locator("button.row-assignee").click()
    expect(row_of(page, ticket).locator(".row-assignee")).to_have_attribute("title", "Ana Prado")
    expect(page.locator("#ticket .timeline")).to_contain_text("assumiu")


def test_the_slots_of_a_selection_work_after_opening_the_next_ticket(open_page, server, school, ana):
    first, _second, third = fill_inbox(school, 3)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{first.number}/")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.keyboard.press("e")
    expect(head(page)).to_contain_text("Aluno 002")
    row_of(page, third).get_by_role("checkbox").check()
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    expect(page.locator("#bulk")).to_contain_text("Aluno 003")
    expect_handled(page, third)


def test_a_toast_beside_a_ticket_covers_no_row(open_page, server, school, ana):
    tickets = fill_inbox(school, 20)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{tickets[0].number}/")
    expect(page.locator("[data-row]")).to_have_count(20)
    page.keyboard.press("t")
    expect(page.locator("#bulk .toast")).to_be_visible()
    toast = page.locator("#bulk .toast").bounding_box()
    pane = page.locator("#list-pane").bounding_box()
    assert toast["x"] >= pane["x"] + pane["width"]
    assert toast["x"] + toast["width"] <= 1280


def test_a_phone_loads_no_list_with_a_ticket_and_shows_one_pane(open_page, server, school, ana):
    tickets = fill_inbox(school, 3)
    page = open_page(360, user=ana, has_touch=True, is_mobile=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}{INBOX}tickets/{tickets[0].number}/", wait_until="networkidle")
    assert f"{server}{INBOX}" not in asked
    expect(page.locator("#list-pane")).to_be_hidden()
    page.goto(server + INBOX)
    expect(page.locator("#ticket-pane")).to_be_hidden()
    row_of(page, tickets[0]).locator(".row-link").tap()
    expect(head(page)).to_contain_text("Aluno 001")
    expect(page.locator("#list-pane")).to_be_hidden()
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(3)


def test_list_and_ticket_are_separate_pages_without_javascript(open_page, server, school, ana):
    fill_inbox(school, 1)
    page = open_page(1440, user=ana, java_script_enabled=False)
    page.goto(server + INBOX)
    page.locator(".row-link").click()
    expect(head(page)).to_contain_text("Aluno 001")
    expect(page.locator("#list-pane")).to_be_hidden()
    page.locator(".palette-opener").click()
    expect(page.get_by_role("searchbox")).to_be_in_viewport()


def test_the_page_title_counts_my_tickets(open_page, server, school, ana):
    first, second = fill_inbox(school, 2)
    actions.take_ticket(first, Actor.person(ana))
    page = open_page(user=ana)
    page.clock.install()
    page.goto(server + INBOX)
    expect(page).to_have_title("(1) Para fazer · Helpdesk")
    actions.take_ticket(second, Actor.person(ana))
    let_page_ask(page)
    expect(page).to_have_title("(2) Para fazer · Helpdesk")


def test_the_offline_notice_replaces_the_title_of_the_list(open_page, server, school, ana, complaints):
    fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    before = page.locator("[data-row]").bounding_box()
    page.context.set_offline(True)
    notice = page.locator("#offline")
    expect(notice).to_be_visible()
    assert notice.bounding_box() == {"x": 232, "y": 0, "width": 400, "height": 56}
    assert page.locator("[data-row]").bounding_box() == before
    page.context.set_offline(False)
    complaints.clear()


def counts_of(page):
    """What the bar, the headings of the groups and the sidebar say."""
    groups = page.locator("#list .row-group-title .num").all_inner_texts()
    return [page.locator("#list-count").inner_text(), *groups, page.locator("#count-inbox").inner_text()]


def test_counts_follow_handled_and_undone_tickets(open_page, server, school, ana):
    tickets = fill_inbox(school, 28)
    for ticket in tickets[:2]:
        actions.change_priority(ticket, Actor.person(ana), Priority.URGENT)
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    assert counts_of(page) == ["28", "2", "26", "28"]
    row_of(page, tickets[0]).locator(".row-link").focus()
    page.keyboard.press("e")
    expect_handled(page, tickets[0])
    expect(page.locator("#list .row-group-title .num").first).to_have_text("1")
    assert counts_of(page) == ["27", "1", "26", "27"]
    page.keyboard.press("z")
    expect(page.locator("#list .row-handled")).to_have_count(0)
    expect(page.locator("#list .row-group-title .num").first).to_have_text("2")
    assert counts_of(page) == ["28", "2", "26", "28"]
    page.keyboard.press("*")
    page.locator("#changes .slot-resolve").click()
    page.get_by_role("dialog").get_by_role("button", name="Resolver").click()
    expect(page.locator("#bulk")).to_contain_text("28 chamados resolvidos", timeout=30_000)
    expect(page.locator("#list .row-handled")).to_have_count(25)
    expect(page.locator("#list .row-group-title .num").last).to_have_text("0")
    assert counts_of(page) == ["0", "0", "0", "0"]


def test_the_count_of_a_search_follows_handled_tickets(open_page, server, school, ana):
    tickets = fill_inbox(school, 12)
    page = open_page(1440, user=ana)
    page.goto(f"{server}{INBOX}?q=aluno+01&status=new")
    expect(page.locator("#list-count")).to_have_text("4")
    row_of(page, tickets[10]).locator(".row-link").focus()
    page.keyboard.press("e")
    expect_handled(page, tickets[10])
    expect(page.locator("#list-count")).to_have_text("3")


def test_an_empty_list_keeps_its_width_and_does_not_ask_to_choose(open_page, server, school, ana):
    fill_inbox(school, 2)
    page = open_page(1440, user=ana)
    page.goto(server + INBOX)
    pane = page.locator("#list-pane")
    before = pane.bounding_box()
    expect(page.get_by_role("heading", name="Escolha um chamado da lista")).to_be_visible()
    page.get_by_role("searchbox").fill("xyzzy")
    expect(page.get_by_role("heading", name="Nada encontrado")).to_be_visible()
    assert pane.bounding_box() == before
    expect(page.get_by_role("heading", name="Escolha um chamado da lista")).to_be_hidden()
    expect(page.get_by_text("O chamado que você abrir aparece aqui.")).to_be_visible()


def test_a_placeholder_is_shown_while_the_list_loads(open_page, server, school, ana):
    first, _second = fill_inbox(school, 2)
    page = open_page(user=ana)
    held: list[Route] = []
    page.route(re.compile(r"/t/escola/(\?.*)?$"), lambda route: held.append(route))
    page.goto(f"{server}{INBOX}tickets/{first.number}/")
    until(page, lambda: held)
    expect(page.locator(".list-loading")).to_be_visible()
    bar = page.locator(".pane-bar").bounding_box()
    desk = page.locator("#ticket-pane").bounding_box()
    held.pop().continue_()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".list-loading")).to_have_count(0)
    assert page.locator(".pane-bar").bounding_box() == bar
    assert page.locator("#ticket-pane").bounding_box() == desk
