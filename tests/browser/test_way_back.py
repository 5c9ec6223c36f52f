"""Back from a ticket to a long list: as it was left, and as it is now."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.browser.reading import fill_inbox, until
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.browser


def test_going_back_from_a_ticket_shows_as_many_rows_in_their_current_state(server, team, colleague, open_page):
    learners = [LearnerFactory(team=team, name=f"Aluna {number}") for number in range(60)]
    tickets = [open_ticket(team, learner=learner) for learner in learners]
    page = open_page(1024, user=colleague)  # where the ticket is not beside the list
    page.goto(f"{server}/t/escola/")
    expect(page.locator("[data-row]")).to_have_count(25)
    for shown in (50, 60):  # the rest comes as one gets there
        page.locator("[data-row]").last.scroll_into_view_if_needed()
        page.mouse.wheel(0, 400)
        expect(page.locator("[data-row]")).to_have_count(shown)
    expect(page).to_have_url(re.compile("shown=60"))
    page.locator("[data-row] .row-link").nth(55).click()
    expect(page.locator("#ticket h1")).to_be_visible()
    actions.resolve_ticket(tickets[0], Actor.system())
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(59)


def test_the_back_link_returns_to_the_place_in_the_list(server, team, colleague, open_page):
    fill_inbox(team, 40)
    page = open_page(360, user=colleague, has_touch=True, is_mobile=True)
    page.goto(f"{server}/t/escola/?q=Aluno")
    for shown in (25, 40):
        expect(page.locator("[data-row]")).to_have_count(shown)
        page.locator("[data-row]").last.scroll_into_view_if_needed()
    row = page.locator("[data-row]").nth(30)
    row.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    row.locator(".row-link").tap()
    expect(page.locator("#ticket h1")).to_contain_text("Aluno 010")
    page.locator("#ticket [data-key=j]").tap()  # on to the next one: back is more than one step
    expect(page.locator("#ticket h1")).to_contain_text("Aluno 009")
    page.locator("[data-back]").tap()
    expect(page.locator("[data-row]")).to_have_count(40)
    until(page, lambda: abs(page.evaluate("scrollY") - before) < 100)
    expect(page.locator("[data-row]").nth(31).locator(".row-link")).to_be_focused()
    expect(page.locator("[data-row]").nth(31)).to_be_in_viewport()


def test_opening_the_list_in_another_tab_does_not_affect_the_next_list_here(server, team, colleague, open_page):
    fill_inbox(team, 2)
    page = open_page(360, user=colleague)
    page.goto(f"{server}/t/escola/")
    page.locator("[data-row] .row-link").first.click()
    expect(page.locator("#ticket h1")).to_be_visible()
    with page.context.expect_page() as elsewhere:
        page.locator("[data-back]").click(modifiers=["Control"])
    assert page.evaluate("sessionStorage.getItem('list-back')") is None
    elsewhere.value.close()


def test_a_note_sent_after_the_session_expired_is_sent_once_after_login(server, team, colleague, open_page, complaints):
    colleague.set_password("uma senha comprida")
    colleague.save()
    colleague.emailaddress_set.get_or_create(email=colleague.email, verified=True, primary=True)
    ticket = open_ticket(team)
    page = open_page(user=colleague)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page.locator("[data-row]")).to_have_count(1)
    Session.objects.all().delete()
    page.locator(".dock-note").click()
    page.locator("#write-note").fill("Ligou de novo")
    page.locator("#editor-note [data-default-submit]").click()
    page.locator("input[name=login]").fill(colleague.email)
    page.locator("input[name=password]").fill("uma senha comprida")
    page.locator("main form button").first.click()
    page.locator(".interrupted button").click()
    expect(page.locator(".timeline .note")).to_contain_text("Ligou de novo")
    expect(page.locator("#write-note")).to_have_value("")
    assert ticket.messages.count() == 1
    complaints[:] = [said for said in complaints if "401" not in said]
