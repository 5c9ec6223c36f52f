"""From the set-up of a source to a resolved ticket, as a person does it."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.demo.event_sender import send_all
from helpdesk.demo.simulation import invent_event
from helpdesk.tickets.models import Ticket
from tests.browser.first_steps import PING, log_in, set_up_source
from tests.browser.reading import UNDONE, choose, open_note
from tests.webhooks.sender import process

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_a_producer_connects_eduzz_and_resolves_the_first_ticket(server, new_team, open_page, width):
    page = open_page(width)
    log_in(page, server)
    address, key = set_up_source(page)
    assert address.startswith(server)
    expect(page.get_by_text("Aguardando o ping", exact=True)).to_be_visible()
    send_all(address, key, [PING])
    expect(page.get_by_text("Conectada.")).to_be_visible()

    now = timezone.now()
    started = invent_event(Random("a"), "nutror.lesson_started", now - timedelta(minutes=4))
    asked = invent_event(Random("b"), "nutror.learner_help", now)
    asked["data"]["learner"], asked["data"]["course"] = started["data"]["learner"], started["data"]["course"]
    assert send_all(address, key, [started, asked]) == {"stored": 2}
    process()

    page.goto(server)
    row = page.locator(".row", has_text=asked["data"]["learner"]["name"])
    expect(row).to_contain_text(f"{started['data']['lesson']['title']} · começou")
    row.locator(".row-link").click()
    expect(page.locator("#ticket h1")).to_contain_text("#1")
    page.locator("#ticket").get_by_role("button", name="Assumir", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Ana Prado assumiu")
    choose(page, "p", "priority:4")
    expect(page.locator(".timeline")).to_contain_text("mudou a prioridade de Normal para Urgente")
    open_note(page).fill("Mandei o link alternativo.")
    page.locator("#ticket").get_by_role("button", name="Anotar", exact=True).click()
    expect(page.locator(".note")).to_contain_text("Mandei o link alternativo.")
    page.locator("#ticket").get_by_role("button", name="Resolver", exact=True).click()
    expect(page.locator("#bulk")).to_contain_text("#1: resolvido")
    assert Ticket.objects.get().status == "resolved"
    page.locator("#bulk").get_by_role("button", name="Desfazer").click()
    expect(page.locator("#bulk")).to_contain_text(UNDONE)
    assert Ticket.objects.get().status == "open"


def test_the_forms_work_without_javascript(server, new_team, open_page):
    page = open_page(java_script_enabled=False)
    log_in(page, server)
    address, key = set_up_source(page)
    send_all(address, key, [PING, invent_event(Random("b"), "nutror.learner_help", timezone.now())])
    process()
    page.goto(server)
    page.locator(".row-link").click()
    expect(page.locator("#ticket h1")).to_contain_text("#1")
    page.locator("#ticket").get_by_role("button", name="Assumir", exact=True).click()
    choose(page, "c", "status:pending")
    expect(page.locator(".property .status-dot.pending")).to_be_visible()
