"""A refused value, for one ticket or several, is explained beside its field, which keeps the focus."""

import pytest
from playwright.sync_api import expect

from helpdesk.courses.models import Lesson
from helpdesk.tickets.models import Tag, Ticket
from tests.browser.reading import fill_inbox, row_of
from tests.browser.scanning import scan
from tests.factories import CourseFactory

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"
NO_TAG = "Uma etiqueta precisa ter uma letra ou um número."
NO_TICKET = "Não há chamado #999 ao qual juntar."
STRANGER = "Só é possível juntar chamados do mesmo aluno."


def expect_beside(part, name, told, complaints):
    """The error is shown once, beside the field of this name."""
    field = part.locator(f"[name={name}]")
    expect(part.get_by_role("alert")).to_have_text(told)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(told)
    expect(part.page.locator("#bulk .toast")).to_have_count(0)
    assert "422" in complaints.pop()
    assert complaints == []


def type_in(part, name, text, button):
    part.locator(f"[name={name}]").fill(text)
    part.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("count", [1, 2])
def test_in_the_menu_of_a_selection_and_of_a_row(open_page, server, school, ana, complaints, width, scheme, count):
    tickets = fill_inbox(school, 3)
    page = open_page(width, scheme, user=ana)
    page.goto(server + INBOX)
    if count == 1:
        row_of(page, tickets[0]).hover()
        row_of(page, tickets[0]).locator("[data-key=m]").click()
        part = page.locator("#sheet")
    else:
        for ticket in tickets[:2]:
            row_of(page, ticket).get_by_role("checkbox").check()
        page.locator("#changes summary[data-key=m]").click()
        part = page.locator("#changes .menu:last-child")
    type_in(part, "tag", ",", "Adicionar")
    expect_beside(part, "tag", NO_TAG, complaints)
    assert scan(page, "what is refused", "#sheet, #changes") == []
    type_in(part, "into", "999", "Juntar")
    expect_beside(part, "into", NO_TICKET, complaints)
    part.locator("[name=tag]").fill("áudio")
    type_in(part, "into", str(tickets[2].number), "Juntar")
    expect_beside(part, "into", STRANGER, complaints)
    part.get_by_role("button", name="Adicionar", exact=True).click()
    expect(page.locator("#bulk .toast")).to_contain_text("áudio")
    expect(part).to_be_hidden()
    assert Tag.objects.get().tickets.count() == count
    assert not Ticket.objects.filter(merged_into__isnull=False).exists()


def test_in_the_picker_of_a_ticket(open_page, server, school, ana, complaints):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("l")
    picker = page.locator("#picker-tag")
    picker.locator("[name=tag]").fill(",")
    page.keyboard.press("Enter")
    expect(picker.locator(".errorlist")).to_have_text(NO_TAG)
    expect(picker.locator("[name=tag]")).to_be_focused()
    expect(page.locator("#bulk .toast")).to_have_count(0)
    assert "422" in complaints.pop()


@pytest.mark.parametrize("width", [360, 1280])
def test_on_a_lessons_page(open_page, server, school, ana, complaints, width):
    course = CourseFactory(team=school)
    lesson = Lesson.objects.create(team=school, course=course, title="Ponto do caramelo")
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in fill_inbox(school, 2, course=course)]).update(lesson=lesson)
    page = open_page(width, user=ana)
    page.goto(f"{server}{INBOX}lessons/{lesson.pk}/")
    page.locator(".change-all summary").click()
    part = page.locator(".change-all")
    tops = [each.bounding_box()["y"] for each in part.locator("button:visible").all()]
    type_in(part, "tag", ",", "Etiquetar todos")
    expect_beside(part, "tag", NO_TAG, complaints)
    assert [each.bounding_box()["y"] for each in part.locator("button:visible").all()] == tops
    part.locator("[name=tag]").fill("áudio")
    expect(part.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#bulk .toast")).to_contain_text("áudio")
