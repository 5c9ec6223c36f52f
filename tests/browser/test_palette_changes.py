"""What the command palette can do with a ticket."""

import pytest
from playwright.sync_api import expect

from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.reading import fill_inbox, row_of
from tests.factories import ActivityFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"


@pytest.mark.parametrize("waits", [False, True])
def test_results_come_before_a_change_that_matches_only_by_value(open_page, server, school, ana, waits):
    (ticket,) = fill_inbox(school, 1)
    actions.take_ticket(ticket, Actor.person(ana))
    other = open_ticket(
        school, learner=LearnerFactory(team=school, name="Anabela"), question="O vídeo trava. É normal?"
    )
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    for words, last in (("video", "Assunto: O vídeo não abre"), ("normal", "Prioridade: Normal")):
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        if waits:
            expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Anabela")
            labels = [text.strip() for text in page.locator("#palette [role=option]:visible .clip").all_inner_texts()]
            assert last in labels
            page.keyboard.press("Escape")
        else:
            page.keyboard.press("Enter")
            expect(page.locator("#ticket h1")).to_contain_text("Anabela")
            page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    assert [each.topic for each in Ticket.objects.filter(pk__in=[ticket.pk, other.pk])] == ["", ""]


def test_a_change_that_matches_by_name_comes_before_results(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    open_ticket(school, learner=LearnerFactory(team=school, name="Assunto Urgente"))
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("assunto vid")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk")).to_contain_text("Desfazer")
    assert Ticket.objects.get(pk=ticket.pk).topic == "video"


def test_actions_have_readable_names(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    actions.take_ticket(ticket, Actor.person(ana))
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-actions ~ [role=option]").first).to_be_visible()
    labels = page.locator("#palette-actions ~ [role=option] .clip").all_inner_texts()
    assert {"Status: Aberto", "Responsável: Ana Prado", "Prioridade: Normal"} <= set(labels), labels


def test_it_finds_every_change_of_the_ticket_and_enter_alone_chooses_none(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    expect(page.locator("#palette [aria-selected=true]")).to_have_count(0)
    expect(page.locator("#palette-actions ~ [role=option]").first).to_be_visible()
    labels = page.locator("#palette-actions ~ [role=option] .clip").all_inner_texts()
    assert labels
    assert all(label[0].isupper() and not label.endswith(" N") for label in labels), labels
    assert "Para fazer" not in labels
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert f"/tickets/{ticket.number}/" in page.url
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("urgente")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Prioridade: Urgente")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk")).to_contain_text("Desfazer")
    assert Ticket.objects.get(pk=ticket.pk).priority == 4
    page.keyboard.press("Control+k")
    page.keyboard.type("qual é a pergunta")
    page.keyboard.press("Enter")
    expect(page.locator(".question-edit [name=question]")).to_be_visible()


def test_it_changes_the_ticket_of_the_focused_row(open_page, server, school, ana):
    first, second = fill_inbox(school, 2)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    row_of(page, second).locator(".row-link").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("urgente")
    page.locator("#palette [role=option]", has_text="Prioridade: Urgente").click()
    expect(page.locator("#bulk")).to_contain_text("Desfazer")
    assert [Ticket.objects.get(pk=ticket.pk).priority for ticket in (first, second)] == [2, 4]


def test_it_offers_collapsed_parts_and_forms_of_the_ticket(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    ActivityFactory(team=school, learner=ticket.learner, course=ticket.course, occurred_at=ticket.requested_at)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    about = page.locator("[data-open-where-wide]")
    expect(about).not_to_have_attribute("open", "")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    expect(page.locator("#palette-actions ~ [role=option]").first).to_be_visible()
    labels = page.locator("#palette-actions ~ [role=option] .clip").all_inner_texts()
    assert {"Perguntar por e-mail", "Copiar link para o aluno", "Copiar o endereço"} <= set(labels)
    assert "Tudo o que este aluno fez" not in labels
    assert "Tudo o que este aluno fez" in page.locator("#palette-page ~ [role=option] .clip").all_inner_texts()
    page.keyboard.type("copiar link")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket .copy-field")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("perguntar por")
    page.keyboard.press("Enter")
    expect(page.locator(".message.automatic")).to_be_visible()
    assert QuestionRequest.objects.get().ticket_id == ticket.pk
