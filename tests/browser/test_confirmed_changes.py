"""Changes of more than twenty tickets, which are asked about before they are made."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.bulk.models import BulkChange
from helpdesk.courses.models import Lesson
from helpdesk.tickets.models import Ticket
from tests.browser.bulk_changes import expect_at_the_end, resolved
from tests.browser.reading import fill_inbox, row_of
from tests.factories import CourseFactory

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"


def test_changing_more_than_twenty_asks_first_and_escape_keeps_the_selection(open_page, server, school, ana):
    tickets = fill_inbox(school, 22)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    row_of(page, tickets[20]).locator(".row-select").click(modifiers=["Shift"])
    expect(page.locator(".selected-count")).to_have_text(re.compile("^21 "))
    page.keyboard.press("t")
    expect(page.locator("#ask-many h2")).to_contain_text("21")
    page.keyboard.press("Escape")
    expect(page.locator("#ask-many")).to_be_hidden()
    expect(page.locator(".selected-count")).to_be_visible()
    assert not BulkChange.objects.exists()
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    expect(page.locator(".row-assignee[title='Ana Prado']")).to_have_count(21)
    assert Ticket.objects.filter(assignee=ana).count() == 21
    expect(page.locator("#changes")).to_be_hidden()
    row_of(page, tickets[1]).get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    expect(page.locator("#changes")).to_be_hidden()
    expect(page.locator(".selection-heading")).to_be_hidden()
    assert BulkChange.objects.count() == 1


def test_a_dismissed_confirmation_does_not_affect_the_next_change(open_page, server, school, ana):
    tickets = fill_inbox(school, 22)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    row_of(page, tickets[0]).get_by_role("checkbox").check()
    row_of(page, tickets[20]).locator(".row-select").click(modifiers=["Shift"])
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#ask-many [data-close]").click()
    expect(page.locator("#ask-many")).to_be_hidden()
    row_of(page, tickets[20]).get_by_role("checkbox").uncheck()
    expect(page.locator(".selected-count")).to_have_text(re.compile("^20 "))
    page.locator("#changes").get_by_role("button", name="Assumir").click()
    expect(page.locator(".row-assignee[title='Ana Prado']")).to_have_count(20)
    assert not resolved()


def test_resolving_all_tickets_of_a_lesson_asks_first(open_page, server, school, ana):
    course = CourseFactory(team=school)
    lesson = Lesson.objects.create(team=school, course=course, title="Ponto do caramelo")
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in fill_inbox(school, 21, course=course)]).update(lesson=lesson)
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/lessons/{lesson.pk}/")
    page.locator(".change-all summary").click()
    page.locator(".change-all").get_by_role("button", name="Resolver todos").click()
    expect(page.locator("#ask-many h2")).to_have_text("Resolver 21 chamados?")
    assert not BulkChange.objects.exists()
    page.locator("#ask-many [data-answer]").click()
    expect_at_the_end(page, "21 chamados resolvidos")
    assert resolved() == 21
