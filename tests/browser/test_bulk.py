"""Hundreds of tickets changed at once: progress, refusals, undo, a page that is closed, and no JavaScript."""

import re

import pytest
from playwright.sync_api import Route, expect

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket
from tests.browser.bulk_changes import expect_at_the_end, resolved
from tests.browser.reading import fill_inbox, row_of, until

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"
Outcome = BulkChangeItem.Outcome


def fill_with_course(school, count):
    """So many tickets of one course; returns them and the inbox's address for that course."""
    tickets = fill_inbox(school, count)
    return tickets, f"{INBOX}?course={tickets[0].course_id}"


def choose_all(page):
    """Every ticket of the list, also those on later pages."""
    page.locator("[name=all][form=changes]").check()


def tint(page):
    """The colour of what is selected."""
    return page.locator("[data-row]").first.evaluate("(row) => getComputedStyle(row).backgroundColor")


def resolve_selected(page, count):
    """Press Resolve, and answer the question, which says how many they are."""
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    expect(page.locator("#ask-many h2")).to_contain_text(count)
    page.locator("#ask-many [data-answer]").click()


def go_on_to_the_end(page):
    """Press the button that makes the next step until there is none to make."""
    for _step in range(200):
        go_on = page.locator("#bulk").get_by_role("button", name="Continuar")
        if not go_on.count():  # of a page that is there, since a navigation is waited for
            return
        with page.expect_navigation():
            go_on.click()


def test_five_hundred_are_resolved_with_progress_and_undone(open_page, server, school, ana):
    others = fill_inbox(school, 3)
    tickets, address = fill_with_course(school, 510)
    page = open_page(user=ana, reduced_motion="reduce")  # a tint that comes slowly would be many
    page.goto(server + address)
    expect(page.locator("[data-row]")).to_have_count(25)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    choose_all(page)
    expect(page.locator(".selected-count")).to_have_text(re.compile(r"^100\+ "))
    expect(page.locator("[data-row]").last).to_have_css("background-color", tint(page))
    resolve_selected(page, "100+")
    expect(page.locator("#bulk").get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#bulk")).to_contain_text(re.compile(r"\d+ de 510"))
    expect_at_the_end(page, "510 ")
    expect(page.locator(".row-handled")).to_have_count(25)
    assert resolved() == 510
    assert {ticket.status for ticket in Ticket.objects.filter(pk__in=[other.pk for other in others])} == {Status.NEW}
    page.locator("#bulk").get_by_role("button", name="Desfazer").click()
    expect_at_the_end(page, "Desfeito em 510 chamados.")
    expect(page.locator(".row-handled")).to_have_count(0)
    assert not Ticket.objects.exclude(status=Status.NEW).exists()


def test_all_matching_tickets_are_those_of_the_search_being_typed(open_page, server, school, ana):
    tickets = fill_inbox(school, 30)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    page.get_by_role("searchbox").press_sequentially("aluno 02")
    expect(page.locator("[data-row]")).to_have_count(11)
    row_of(page, tickets[20]).get_by_role("checkbox").check()
    choose_all(page)
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    expect(page.locator("#bulk")).to_contain_text(re.compile("^\\s*11 "))
    assert resolved() == 11


def test_refused_tickets_are_listed_with_the_reason_and_the_others_changed(open_page, server, school, ana, beatriz):
    tickets = fill_inbox(school, 30)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    for ticket in tickets:
        row_of(page, ticket).get_by_role("checkbox").check()
    for ticket in tickets[:5]:
        actions.change_priority(ticket, Actor.person(beatriz), Priority.URGENT)
    resolve_selected(page, "30")
    toast = page.locator("#bulk")
    expect(toast).to_contain_text(re.compile("^\\s*25 "))
    toast.get_by_text("5 foram recusados").click()
    expect(toast.locator(".refused li")).to_have_count(5)
    expect(toast.locator(".refused li").first).to_contain_text("Beatriz Lima mudou a prioridade de Normal para Urgente")
    assert resolved() == 25
    expect(page.locator(".row-handled")).to_have_count(25)


def test_closing_the_page_halfway_loses_nothing(open_page, server, school, ana):
    tickets, address = fill_with_course(school, 300)
    page = open_page(user=ana)
    page.goto(server + address)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    choose_all(page)
    steps: list[Route] = []

    def make_one(route: Route) -> None:
        if steps:
            return  # the page is closed before it is answered
        steps.append(route)
        route.continue_()

    page.route("**/changes/*/run/", make_one)
    resolve_selected(page, "100+")
    expect(page.locator("#bulk").get_by_role("progressbar")).to_be_visible()
    until(page, lambda: 0 < resolved() < 300, "no step is made")
    page.close()
    change = BulkChange.objects.get()
    waiting = change.items.filter(outcome=Outcome.PENDING)
    assert waiting.exists()

    page = open_page(user=ana)
    page.goto(server + INBOX)
    expect_at_the_end(page, "300 ")
    assert resolved() == 300
    page.goto(f"{server}{INBOX}changes/{change.pk}/")
    expect(page.locator("#bulk")).to_contain_text(re.compile("^\\s*300 "))
    page.locator("#bulk").get_by_role("button", name="Desfazer").click()
    expect_at_the_end(page, "Desfeito em 300 chamados.")
    assert resolved() == 0


def test_a_key_stops_and_undoes_a_running_change_and_a_finished_one_can_be_undone(open_page, server, school, ana):
    tickets, address = fill_with_course(school, 300)
    page = open_page(user=ana)
    page.goto(server + address)
    held: list[Route] = []
    steps: list[int] = []

    def make_two(route: Route) -> None:
        if len(steps) == 2:
            held.append(route)
        else:
            steps.append(1)
            route.continue_()

    page.route("**/changes/*/run/", make_two)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    choose_all(page)
    resolve_selected(page, "100+")
    button = page.locator("#bulk [data-key=z]")
    expect(button).to_have_text("Parar e desfazer")
    button.evaluate("(button) => { button.dataset.same = ''; }")
    until(page, lambda: held, "no more steps are asked for")
    expect(page.locator("#bulk [data-same]")).to_be_visible()  # however far it is, the button stays under the hand
    expect(page.locator("#bulk").get_by_role("button", name="Continuar")).to_be_hidden()  # it goes on by itself
    page.keyboard.press("z")
    page.unroute(
        "**/changes/*/run/"
    )  # the step that was asked for before goes on, and its answer comes too late to tell
    expect_at_the_end(page, "Desfeito em ")
    assert resolved() == 0
    assert not BulkChangeItem.objects.filter(outcome=Outcome.PENDING).exists()

    page.goto(server + INBOX)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    row_of(page, tickets[21]).locator(".row-select").click(modifiers=["Shift"])
    resolve_selected(page, "22")
    expect_at_the_end(page, "22 chamados resolvidos")
    expect(page.locator("#bulk .toast")).not_to_have_attribute("data-passing", "")
    page.keyboard.press("z")
    expect_at_the_end(page, "Desfeito em 22 chamados.")
    expect(page.locator("#bulk .toast")).to_have_attribute("data-passing", "")
    assert resolved() == 0


def test_the_end_of_a_watched_change_is_not_reported_again(open_page, server, school, ana):
    tickets, address = fill_with_course(school, 120)
    page = open_page(user=ana)
    page.goto(server + address)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    choose_all(page)
    resolve_selected(page, "100+")
    with page.expect_response(lambda response: response.status == 204):
        expect_at_the_end(page, "120 ")
    page.goto(f"{server}{INBOX}learners/")
    expect(page.locator("#bulk .toast")).to_have_count(0)


def test_all_can_be_changed_without_javascript(open_page, server, school, ana, beatriz):
    tickets, address = fill_with_course(school, 120)
    actions.change_status(tickets[7], Actor.person(beatriz), Status.RESOLVED)
    page = open_page(user=ana, java_script_enabled=False)
    page.goto(f"{server}{address}&status=all")
    expect(page.locator("[data-row]")).to_have_count(25)
    page.locator("[data-row]").first.get_by_role("checkbox").check()
    choose_all(page)
    page.locator("#changes").get_by_text("Mais").click()
    page.locator("#changes").get_by_role("button", name="Esperando o aluno").click()
    expect(page.locator("#bulk")).to_contain_text("Alterar 120 chamados?")
    assert not BulkChange.objects.exists()
    page.get_by_role("button", name="Alterar", exact=True).click()
    expect(page.get_by_role("heading", name="Mudança em lote")).to_be_visible()
    go_on_to_the_end(page)
    expect(page.locator("#bulk")).to_contain_text(re.compile("^\\s*119 .*Esperando o aluno"))
    expect(page.locator("#bulk .refused")).to_contain_text("#8 Um chamado “Resolvido” não pode passar a")
    assert Ticket.objects.filter(status=Status.PENDING).count() == 119
    with page.expect_navigation():
        page.locator("#bulk").get_by_role("button", name="Desfazer").click()
    go_on_to_the_end(page)
    expect(page.locator("#bulk")).to_contain_text("Desfeito em 119 chamados.")
    assert Ticket.objects.filter(status=Status.NEW).count() == 119


def test_enter_in_the_tag_field_adds_the_tag_without_javascript(open_page, server, school, ana):
    tickets = fill_inbox(school, 3)
    page = open_page(user=ana, java_script_enabled=False)
    page.goto(server + INBOX)
    row_of(page, tickets[1]).get_by_role("checkbox").check()
    page.locator("#changes").get_by_text("Mais").click()
    page.locator("#changes").get_by_label("Etiqueta").fill("vídeo")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk")).to_contain_text("#2")
    assert [ticket.number for ticket in Ticket.objects.filter(tags__name="vídeo")] == [2]
    assert not Ticket.objects.exclude(status=Status.NEW).exists()
