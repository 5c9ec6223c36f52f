"""Two people at the same tickets at the same time."""

import pytest
from playwright.sync_api import expect

from helpdesk.bulk.models import BulkChange
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Priority, Status, Ticket
from helpdesk.workspace.presence_views import note_viewer
from tests.browser.reading import MEET, choose, fill_inbox, let_page_ask, open_note, row_of, until
from tests.factories import LearnerFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser


@pytest.fixture
def two_pages(open_page, owner, colleague):
    """Hers and theirs, whose clocks the test moves on."""
    pages = open_page(user=owner), open_page(user=colleague)
    for page in pages:
        page.clock.install()
    return pages


def test_each_sees_that_the_other_is_viewing_or_writing(two_pages, server, team):
    fill_inbox(team, 1)
    hers, theirs = two_pages
    for page in two_pages:
        with page.expect_response("**/presence/**"):
            page.goto(f"{server}/t/escola/tickets/1/")
    let_page_ask(*two_pages)
    expect(hers.locator("#presence").get_by_text("Lia Nunes está aqui")).to_be_visible()
    expect(theirs.locator("#presence").get_by_text("Ana Prado está aqui")).to_be_visible()
    for text, told in (("Estou respondendo", "escrevendo"), ("", "está aqui")):
        note = theirs.locator("#ticket").get_by_label("Nota para a equipe")
        if text:
            open_note(theirs)
        note.fill(text)
        with theirs.expect_response("**/presence/**"):
            let_page_ask(theirs)
        let_page_ask(hers)
        expect(hers.locator("#presence").get_by_text(f"Lia Nunes {told}")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_moves_when_somebody_arrives_and_they_are_shown_when_scrolled(
    open_page, server, team, owner, colleague, width
):
    (ticket,) = fill_inbox(team, 1)
    for number in range(12):
        actions.add_note(ticket, Actor.person(owner), f"Nota {number}")
    page = open_page(width, user=owner)
    page.goto(f"{server}/t/escola/tickets/1/")
    parts = "[...document.querySelectorAll('#ticket :is(h1, .ticket-wait, .properties, .trail, .conversation)')]"
    boxes = f"JSON.stringify({parts}.map((part) => part.getBoundingClientRect()))"
    before = page.evaluate(boxes)
    note_viewer(ticket, colleague, is_writing=True)
    expect(page.locator("#presence [title='Lia Nunes escrevendo']")).to_be_visible()
    assert page.evaluate(boxes) == before
    pressed = "#ticket :is(.ticket-back, .slot, .pager > *, .property)"
    assert page.evaluate(MEET, ["#presence .viewer", pressed]) == []
    actions.change_priority(fresh(ticket), Actor.person(colleague), Priority.HIGH)
    expect(page.locator("#meanwhile")).to_contain_text("mudou a prioridade")
    expect(page.locator("#meanwhile").get_by_role("link", name="Mostrar")).to_be_in_viewport()
    assert page.evaluate(boxes) == before
    page.locator(".conversation").evaluate("(talk) => talk.scrollIntoView()")
    expect(page.locator(".slim-head [title='Lia Nunes escrevendo']")).to_be_in_viewport()


def test_a_stale_change_is_refused_with_what_changed_and_the_note_is_kept(
    open_page, server, team, owner, colleague, complaints
):
    (ticket,) = fill_inbox(team, 1)
    address = f"{server}/t/escola/tickets/1/"
    hers, theirs = open_page(user=owner), open_page(user=colleague)
    hers.goto(address)
    theirs.goto(address)
    note = open_note(hers)
    note.fill("Comecei a olhar isto")
    choose(theirs, "p", "priority:4")
    expect(theirs.locator(".timeline")).to_contain_text("mudou a prioridade")
    choose(hers, "c", "status:pending")
    expect(hers.locator("#ticket").get_by_role("alert").filter(visible=True)).to_contain_text("Alguém foi mais rápido")
    expect(hers.locator("#ticket").get_by_role("alert").filter(visible=True)).to_contain_text(
        "Lia Nunes mudou a prioridade de Normal para Urgente"
    )
    assert (fresh(ticket).status, fresh(ticket).priority) == (Status.NEW, Priority.URGENT)
    expect(note).to_have_value("Comecei a olhar isto")
    expect(hers.locator(".property.late")).to_contain_text("Urgente")
    # Seen, the same change goes through, and the note after it.
    choose(hers, "c", "status:pending")
    expect(hers.locator(".timeline")).to_contain_text("Esperando o aluno")
    expect(note).to_have_value("Comecei a olhar isto")
    hers.locator("#ticket").get_by_role("button", name="Anotar", exact=True).click()
    expect(hers.locator(".note")).to_contain_text("Comecei a olhar isto")
    expect(note).to_have_value("")
    assert fresh(ticket).status == Status.PENDING
    assert Message.objects.count() == 1
    assert len(complaints) == 1
    assert "409" in complaints.pop()


def test_changes_by_the_other_are_shown_within_five_seconds(two_pages, server, team):
    fill_inbox(team, 1)
    hers, theirs = two_pages
    for page in two_pages:
        with page.expect_response("**/presence/**"):
            page.goto(f"{server}/t/escola/tickets/1/")
    let_page_ask(hers)
    expect(hers.locator("#presence").get_by_text("Lia Nunes está aqui")).to_be_visible()
    open_note(hers).fill("Um rascunho")
    theirs.locator("#ticket").get_by_role("button", name="Assumir", exact=True).click()
    expect(theirs.locator(".timeline")).to_contain_text("Lia Nunes assumiu")
    let_page_ask(hers)
    expect(hers.locator("#meanwhile")).to_contain_text("Lia Nunes assumiu")
    hers.locator("#meanwhile").get_by_role("link", name="Mostrar").click()
    expect(hers.locator(".timeline")).to_contain_text("Lia Nunes assumiu")
    expect(hers.locator("#ticket").get_by_label("Nota para a equipe")).to_have_value("Um rascunho")


def test_resolving_a_ticket_the_other_changed_is_refused(open_page, server, team, owner, colleague, complaints):
    (ticket, _next) = fill_inbox(team, 2)
    hers, theirs = open_page(user=owner), open_page(user=colleague)
    hers.goto(f"{server}/t/escola/tickets/1/")
    theirs.goto(f"{server}/t/escola/tickets/1/")
    open_note(hers).fill("Um rascunho")
    theirs.locator("#ticket").get_by_role("button", name="Assumir", exact=True).click()
    expect(theirs.locator(".timeline")).to_contain_text("assumiu")
    hers.locator("#ticket").get_by_role("button", name="Resolver", exact=True).click()
    expect(hers.locator("#ticket").get_by_role("alert").filter(visible=True)).to_contain_text("Lia Nunes assumiu")
    expect(hers.locator("#ticket h1")).to_contain_text("#1")
    expect(hers.locator("#ticket").get_by_label("Nota para a equipe")).to_have_value("Um rascunho")
    assert fresh(ticket).status == Status.OPEN
    assert len(complaints) == 1
    assert "409" in complaints.pop()


def test_a_draft_saved_during_a_refused_change_is_kept(open_page, server, team, owner, colleague, complaints):
    (ticket, _next) = fill_inbox(team, 2)
    page, refusals = open_page(user=owner), []

    def hold(route):
        refusals.append((route, route.fetch()))

    page.route("**/changes/", hold)
    page.goto(f"{server}/t/escola/tickets/1/")
    actions.take_ticket(ticket, Actor.person(colleague))
    page.locator("#ticket").get_by_role("button", name="Resolver", exact=True).click()
    until(page, lambda: refusals)
    open_note(page).fill("Um rascunho")
    expect(page.locator("#draft-state-note .draft-kept")).to_be_visible()
    ((route, response),) = refusals
    route.fulfill(response=response)
    expect(page.locator("#ticket").get_by_role("alert").filter(visible=True)).to_contain_text("Lia Nunes assumiu")
    expect(page.locator("#ticket").get_by_label("Nota para a equipe")).to_have_value("Um rascunho")
    until(page, "!Object.keys(sessionStorage).some((key) => key.startsWith('draft:'))")
    complaints.clear()


def test_two_concurrent_bulk_changes_each_change_what_they_can(open_page, server, team, owner, colleague):
    tickets = fill_inbox(team, 20)
    hers, theirs = open_page(user=owner), open_page(user=colleague)
    for page in (hers, theirs):
        page.goto(f"{server}/t/escola/")
    for ticket in tickets[:12]:
        row_of(hers, ticket).get_by_role("checkbox").check()
    for ticket in tickets[8:]:
        row_of(theirs, ticket).get_by_role("checkbox").check()
    hers.locator("#changes").get_by_role("button", name="Resolver").click()
    expect(hers.locator("#bulk")).to_contain_text("12 chamados resolvidos")
    theirs.locator("#changes").get_by_role("button", name="Assumir").click()
    expect(theirs.locator("#bulk")).to_contain_text("8 chamados assumidos")
    theirs.locator("#bulk").get_by_text("4 foram recusados").click()
    expect(theirs.locator(".refused li").first).to_contain_text("Ana Prado")
    assert Ticket.objects.filter(status=Status.RESOLVED, assignee=None).count() == 12
    assert Ticket.objects.filter(status=Status.OPEN, assignee=colleague).count() == 8
    assert BulkChange.objects.count() == 2


def test_a_session_that_ended_elsewhere_does_not_lose_a_note(open_page, server, team, owner, complaints):
    fill_inbox(team, 1)
    page = open_page(user=owner)
    page.goto(f"{server}/t/escola/tickets/1/")
    open_note(page).fill("Isto não pode se perder")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator("#ticket").get_by_role("button", name="Anotar", exact=True).click()
    expect(page.get_by_label("Senha")).to_be_visible()
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    page.goto(f"{server}/t/escola/tickets/1/")
    expect(open_note(page)).to_have_value("Isto não pode se perder")
    page.locator("#ticket").get_by_role("button", name="Anotar", exact=True).click()
    expect(page.locator(".note")).to_contain_text("Isto não pode se perder")
    assert all("401" in complaint for complaint in complaints)
    complaints.clear()


def test_no_room_beside_the_name_is_reserved_for_other_viewers(open_page, server, team, owner):
    learner = LearnerFactory(team=team, name="Mariana Ribeiro de Albuquerque")
    ticket = open_ticket(team, learner=learner)
    page = open_page(1280, user=owner)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    assert page.locator("#ticket h1").bounding_box()["height"] == 28, "the name takes two lines"
