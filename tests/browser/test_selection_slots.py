"""The four actions follow the selection: resolved tickets can be reopened, snoozed ones unsnoozed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.browser.reading import fill_inbox, row_of
from tests.browser.scanning import scan

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"
OF_OPEN = ["Resolver", "Assumir", "Adiar", "Mais"]


def slots_of_selection(page):
    """What the slots say that are to be seen."""
    slots = page.locator("#changes .selection-bar .slot")
    return [slot.inner_text().strip() for slot in slots.all() if slot.is_visible()]


def test_resolved_tickets_are_reopened_together_by_the_same_key(open_page, server, school, ana):
    for ticket in fill_inbox(school, 22):
        actions.resolve_ticket(ticket, Actor.person(ana))
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}?status=done")
    page.keyboard.press("*")
    assert slots_of_selection(page) == ["Reabrir", *OF_OPEN[1:]]
    expect(page.locator("#changes .slot:disabled")).to_have_text("Adiar")
    page.keyboard.press("e")
    expect(page.locator("#ask-many h2")).to_have_text("Reabrir 22 chamados?")
    page.locator("#ask-many [data-answer]").click()
    expect(page.locator("#bulk")).to_contain_text("22 chamados")
    assert Ticket.objects.filter(status=Status.OPEN).count() == 22


def test_snoozed_tickets_are_unsnoozed_together_and_others_bring_the_usual_actions(open_page, server, school, ana):
    first, second, done, to_do = fill_inbox(school, 4)
    for ticket in (first, second):
        actions.snooze_ticket(ticket, Actor.person(ana), timezone.now() + timedelta(days=1))
    actions.resolve_ticket(done, Actor.person(ana))
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}?status=all")
    boxes = {ticket: row_of(page, ticket).get_by_role("checkbox") for ticket in (first, second, done, to_do)}
    boxes[first].check()
    assert slots_of_selection(page) == [*OF_OPEN[:2], "Reativar", OF_OPEN[3]]
    boxes[done].check()
    assert slots_of_selection(page) == OF_OPEN
    boxes[first].uncheck()
    assert slots_of_selection(page) == ["Reabrir", *OF_OPEN[1:]]
    boxes[to_do].check()
    assert slots_of_selection(page) == OF_OPEN
    page.keyboard.press("Escape")
    boxes[first].check()
    boxes[second].check()
    page.keyboard.press("s")
    expect(page.locator("#bulk")).to_contain_text("2 chamados")
    assert not Ticket.objects.filter(snoozed_until__isnull=False).exists()


def test_if_all_selected_are_mine_the_slot_says_so_and_reassigns_them(open_page, server, school, ana, beatriz):
    first, second, other = fill_inbox(school, 3)
    for ticket in (first, second):
        actions.assign_ticket(ticket, Actor.person(ana), ana)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    boxes = {ticket: row_of(page, ticket).get_by_role("checkbox") for ticket in (first, second, other)}
    boxes[first].check()
    own = page.locator("#changes [data-if=mine] .slot")
    expect(own).to_be_visible()
    assert own.inner_text().split()[-1] == "Você"
    assert len(slots_of_selection(page)) == 4
    boxes[other].check()
    assert slots_of_selection(page) == OF_OPEN
    boxes[other].uncheck()
    boxes[second].check()
    page.keyboard.press("t")
    menu = page.locator("#changes [data-if=mine] .menu-panel")
    expect(menu.locator("[aria-pressed=true]")).to_contain_text("Eu")
    assert scan(page, "whose the selected tickets are", "#changes") == []
    menu.get_by_role("button", name="Beatriz").click()
    expect(page.locator("#bulk")).to_contain_text("2 chamados")
    assert set(Ticket.objects.filter(assignee=beatriz)) == {first, second}


def test_selecting_a_whole_list_of_mine_does_the_same(open_page, server, school, ana):
    for ticket in fill_inbox(school, 2):
        actions.assign_ticket(ticket, Actor.person(ana), ana)
    page = open_page(user=ana)
    for question, is_mine in (("?assignee=me", True), (f"?assignee={ana.pk}", True), ("", False)):
        page.goto(f"{server}{INBOX}{question}")
        page.keyboard.press("*")
        expect(page.locator("#changes [data-if=mine] .slot")).to_be_visible(visible=is_mine)


def test_unsnooze_is_offered_if_one_selected_ticket_is_snoozed(open_page, server, school, ana):
    snoozed, other = fill_inbox(school, 2)
    actions.snooze_ticket(snoozed, Actor.person(ana), timezone.now() + timedelta(days=1))
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}?status=all")
    unsnooze = page.locator("#changes .menu:last-child [value='unsnooze:']")
    row_of(page, other).get_by_role("checkbox").check()
    page.keyboard.press("m")
    expect(page.locator("#changes .menu:last-child [value='status:open']")).to_be_visible()
    expect(unsnooze).to_be_hidden()
    row_of(page, snoozed).get_by_role("checkbox").check()
    page.keyboard.press("m")
    expect(unsnooze).to_be_visible()


def test_a_missing_tag_or_number_is_reported_at_its_field(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    row_of(page, ticket).get_by_role("checkbox").check()
    page.keyboard.press("m")
    menu = page.locator("#changes .menu:last-child")
    menu.get_by_role("button", name="Adicionar").click()
    expect(menu.get_by_role("alert")).to_have_text("Escreva a etiqueta.")
    expect(menu.locator("[name=tag]")).to_be_focused()
    page.keyboard.type("vídeo")
    expect(menu.get_by_role("alert")).to_have_count(0)
    menu.get_by_role("button", name="Juntar").click()
    expect(menu.get_by_role("alert")).to_have_text("Informe o número do chamado ao qual juntar.")
    expect(page.locator("#bulk .toast")).to_have_count(0)
    menu.get_by_role("button", name="Adicionar").click()
    expect(page.locator("#bulk")).to_contain_text("vídeo")
