"""The four actions of a selection follow what is selected: what is resolved is reopened, what is snoozed unsnoozed."""

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


def test_what_is_resolved_is_reopened_together_by_the_key_that_resolves(open_page, server, school, ana):
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


def test_what_is_snoozed_is_unsnoozed_together_and_one_that_is_not_brings_the_usual_actions(
    open_page, server, school, ana
):
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


def test_of_tickets_that_are_all_mine_it_says_whose_they_are_and_gives_them_away(
    open_page, server, school, ana, beatriz
):
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


def test_of_a_list_of_mine_as_a_whole_it_does_so_too(open_page, server, school, ana):
    for ticket in fill_inbox(school, 2):
        actions.assign_ticket(ticket, Actor.person(ana), ana)
    page = open_page(user=ana)
    for question, is_mine in (("?assignee=me", True), (f"?assignee={ana.pk}", True), ("", False)):
        page.goto(f"{server}{INBOX}{question}")
        page.keyboard.press("*")
        expect(page.locator("#changes [data-if=mine] .slot")).to_be_visible(visible=is_mine)


def test_unsnoozing_is_offered_where_one_of_them_is_snoozed(open_page, server, school, ana):
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


def test_a_tag_or_number_that_is_missing_is_told_beside_its_field(open_page, server, school, ana):
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
