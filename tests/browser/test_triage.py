"""A morning's forty requests, by the keyboard alone."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from helpdesk.tickets.models import Priority, Status, Ticket
from tests.browser.reading import UNDONE, assert_focus_shows, expect_handled, fill_inbox, row_of
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"


def wait_for_focus(page, ticket):
    """The focus comes to this ticket's row, and shows there."""
    page.wait_for_function(
        "(number) => document.activeElement.closest('[data-row]')"
        "?.querySelector('input[name=ticket]').value.startsWith(number + '-')",
        arg=ticket.number,
    )
    assert_focus_shows(page, str(ticket.learner))


def take(page, ticket):
    page.keyboard.press("t")
    expect(row_of(page, ticket).locator(".row-assignee")).to_have_attribute("title", "Ana Prado")


def resolve(page, ticket):
    page.keyboard.press("e")
    expect_handled(page, ticket)


def prioritise(page, ticket):
    page.keyboard.press("p")
    expect(page.locator("#sheet [value='priority:2']")).to_be_focused()  # as it is
    for _ in range(2):  # past “Alta”
        page.keyboard.press("ArrowUp")
    assert_focus_shows(page, "Urgente")
    page.keyboard.press("Enter")
    expect(row_of(page, ticket).locator(".badge")).to_have_text("Urgente")


def snooze(page, ticket):
    page.keyboard.press("s")
    expect(page.locator("#sheet fieldset", has_text="Adiar").locator("button").first).to_be_focused()
    page.keyboard.press("Tab")
    assert_focus_shows(page, "Amanhã")
    page.keyboard.press("Enter")
    expect_handled(page, ticket)


def tag(page, ticket):
    page.keyboard.press("l")
    expect(page.locator("#sheet input[name=tag]")).to_be_focused()
    page.keyboard.type("teste e x")  # letters that are keys elsewhere
    page.keyboard.press("Enter")
    expect(row_of(page, ticket)).to_contain_text("teste e x")


def test_forty_requests_are_taken_resolved_prioritised_snoozed_or_tagged(page, server, team, owner):
    tickets = fill_inbox(team, 40)
    page.goto(server + INBOX)
    page.keyboard.press("j")
    steps = [take, resolve, prioritise, snooze, tag]
    stays = {take, prioritise, tag}
    for place, ticket in enumerate(tickets):
        wait_for_focus(page, ticket)
        do = steps[place % len(steps)]
        do(page, ticket)
        if do in stays:
            wait_for_focus(page, ticket)
            page.keyboard.press("j")
    done = [fresh(ticket) for ticket in tickets]
    assert {ticket.assignee for ticket in done[0::5]} == {owner}
    assert {ticket.status for ticket in done[0::5]} == {Status.OPEN}
    assert {ticket.status for ticket in done[1::5]} == {Status.RESOLVED}
    assert {ticket.priority for ticket in done[2::5]} == {Priority.URGENT}
    assert all(ticket.is_snoozed for ticket in done[3::5])
    assert {tag.name for ticket in done[4::5] for tag in ticket.tags.all()} == {"teste e x"}
    assert {ticket.status for ticket in done[2::5] + done[3::5] + done[4::5]} == {Status.NEW}


def test_tickets_selected_by_x_are_changed_together_and_undone_by_z(page, server, team, owner):
    tickets = fill_inbox(team, 6)
    page.goto(server + INBOX)
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator(".selected-count")).to_have_text(re.compile("^3 "))
    assert_focus_shows(page, "Aluno 003")
    page.keyboard.press("e")
    expect(page.locator("#bulk .toast")).to_contain_text("3")
    wait_for_focus(page, tickets[3])
    assert [fresh(ticket).status for ticket in tickets] == [Status.RESOLVED] * 3 + [Status.NEW] * 3
    page.keyboard.press("z")
    expect(page.locator("#bulk")).to_contain_text("Desfeito em 3 chamados.")
    expect(page.locator(".row-handled")).to_have_count(0)
    assert {fresh(ticket).status for ticket in tickets} == {Status.NEW}

    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.locator("#changes fieldset", has_text="Responsável").locator("button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".row .row-assignee[title='Ana Prado']")).to_have_count(1)

    # From the bar's menu Escape leads back to the bar, and j on from the row that had the focus last.
    wait_for_focus(page, tickets[3])
    page.keyboard.press("x")
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    assert_focus_shows(page, "Mais")
    page.keyboard.press("j")
    wait_for_focus(page, tickets[4])

    page.keyboard.press("*")
    page.keyboard.press("l")
    page.keyboard.type("turma")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk .toast")).to_contain_text("turma")
    assert {ticket.status for ticket in Ticket.objects.all()} <= {Status.NEW, Status.OPEN}
    assert all([tag.name for tag in ticket.tags.all()] == ["turma"] for ticket in tickets)


def test_the_focus_stays_deep_in_a_list_of_several_pages(page, server, team):
    tickets = fill_inbox(team, 130)
    page.goto(server + INBOX)
    for shown in (50, 75, 100):
        page.keyboard.press("o")
        expect(page.locator("[data-row]")).to_have_count(shown)
    row_of(page, tickets[89]).locator(".row-link").focus()
    page.keyboard.press("e")
    expect_handled(page, tickets[89])
    wait_for_focus(page, tickets[90])
    assert page.locator("[data-row]").count() >= 100
    expect(page.locator(".row-group-title")).to_have_count(1)


def test_the_question_mark_lists_every_key(page, server, team):
    fill_inbox(team, 1)
    page.goto(server + INBOX)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    shown = set(page.locator("#keys dl:not(.go-keys) kbd").all_inner_texts())
    leading = set(page.locator("#keys .go-keys kbd").all_inner_texts())
    page.keyboard.press("j")
    page.keyboard.press("e")  # off while the list is shown
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    sources = [*settings.BASE_DIR.glob("templates/**/*.html"), *settings.BASE_DIR.glob("helpdesk/**/forms.py")]
    known = {key for path in sources for key in re.findall(r'data-key(?:"[:\]]|=)[ =]*"(.)"', path.read_text())}
    assert known | {"j", "k", "x", "a", "?", "Enter", "Esc", "Ctrl", "K"} == shown
    assert leading == {"g", *page.locator("[data-go]").evaluate_all("(links) => links.map((link) => link.dataset.go)")}
    assert Ticket.objects.get().status == Status.NEW


def test_keys_are_off_in_text_fields_and_escape_leaves_them(page, server, team):
    (ticket,) = fill_inbox(team, 1)
    page.goto(server + INBOX)
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    assert_focus_shows(page)
    page.keyboard.type("ext?jk")
    expect(search).to_have_value("ext?jk")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.get_by_role("heading", name="Nada encontrado")).to_be_visible()
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()
    expect(search).to_have_value("ext?jk")

    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("n")
    note = page.locator("#ticket").get_by_label("Nota para a equipe")
    expect(note).to_be_focused()
    page.keyboard.type("texto que tem todas: e t a p s l z ? /")
    expect(note).to_have_value("texto que tem todas: e t a p s l z ? /")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note")).to_contain_text("todas: e t a")
    assert fresh(ticket).status == Status.NEW


def test_a_ticket_is_worked_on_by_keyboard_and_resolving_it_opens_the_next(page, server, team, owner):
    first, second, third = fill_inbox(team, 3)
    page.goto(server + INBOX)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(f"#{first.number}")
    page.keyboard.press("t")
    expect(page.locator(".timeline")).to_contain_text("Ana Prado assumiu")
    page.keyboard.press("p")
    expect(page.locator("#ticket [value='priority:2']")).to_be_focused()
    assert_focus_shows(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("mudou a prioridade de Normal")
    expect(page.locator(".property[data-key=p]")).to_be_focused()
    page.keyboard.press("l")
    page.keyboard.type("vídeo")
    page.keyboard.press("Enter")
    expect(page.locator(".property-tag", has_text="vídeo")).to_be_visible()
    page.keyboard.press("e")
    expect(heading).to_contain_text(f"#{second.number}")
    expect(page.locator("#bulk")).to_contain_text(f"#{first.number}: resolvido")
    page.keyboard.press("j")
    expect(heading).to_contain_text(f"#{third.number}")
    page.keyboard.press("k")
    expect(heading).to_contain_text(f"#{second.number}")
    page.keyboard.press("s")
    assert_focus_shows(page, "Daqui a 3 horas")
    page.keyboard.press("Enter")
    expect(heading).to_contain_text(f"#{third.number}")
    expect(heading).to_be_focused()
    page.keyboard.press("u")
    expect(heading).to_have_text("Para fazer")
    page.keyboard.press("j")
    wait_for_focus(page, third)
    page.keyboard.press("Enter")
    expect(heading).to_contain_text(f"#{third.number}")
    page.keyboard.press("e")
    page.wait_for_url(re.compile("changed="))
    expect(page.get_by_role("heading", name="Tudo feito")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#bulk")).to_contain_text(UNDONE)
    expect(page.locator("[data-row]")).to_have_count(1)
    assert fresh(first).status == Status.RESOLVED
    assert (fresh(second).status, fresh(second).is_snoozed) == (Status.NEW, True)
    assert fresh(third).status == Status.NEW
