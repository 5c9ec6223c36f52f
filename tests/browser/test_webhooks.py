"""Setting a webhook up and trying it, as a person does it, with a worker that sends."""

import pytest
from playwright.sync_api import expect
from standardwebhooks import Webhook

from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.actions import create_team
from tests.browser.first_steps import EMAIL, PASSWORD, log_in
from tests.browser.reading import let_page_ask
from tests.integrations.receiver import receiving

pytestmark = pytest.mark.browser


@pytest.fixture
def server(server, monkeypatch):
    """It lets webhooks go to this machine; so may the worker then."""
    monkeypatch.setenv("WEBHOOKS_ALLOW_PRIVATE_ADDRESSES", "true")
    return server


def test_a_webhook_is_set_up_and_tested_and_shows_the_response(server, worker, open_page):
    create_team("Escola da Ana", EMAIL, PASSWORD, "Ana Prado")
    page = open_page(1280, "light")
    with receiving() as receiver:
        log_in(page, server)
        page.get_by_role("link", name="Integrações").click()
        page.get_by_role("link", name="Webhooks", exact=True).click()
        page.get_by_role("link", name="Configurar um webhook").click()
        page.get_by_label("Endereço", exact=True).fill(receiver.url)
        page.get_by_label("Alguém escreve uma nota").check()
        page.get_by_role("button", name="Criar").click()
        secret = page.get_by_label("Segredo", exact=True).input_value()
        page.get_by_role("button", name="Enviar um evento de teste").click()
        expect(page.get_by_text("Chegou", exact=True)).to_be_visible(timeout=20_000)
        expect(page.get_by_text("thanks")).to_be_visible()
        ((headers, body),) = receiver.got
    assert Webhook(secret).verify(body, headers)["type"] == "test"
    assert "ticket.note_added" in WebhookEndpoint.objects.get().events


@pytest.mark.page_of("ana")
def test_a_delivery_page_is_not_dimmed_while_it_polls(page, server, school):
    endpoint = WebhookEndpoint.objects.create(team=school, url="https://example.com/", events=["ticket.created"])
    page.clock.install()
    page.goto(f"{server}/t/escola/integrations/{endpoint.pk}/deliveries/{send_test(endpoint).pk}/")
    page.route("**/deliveries/**", lambda route: None)  # which is never answered
    let_page_ask(page)
    expect(page.locator("#delivery.htmx-request")).to_be_visible()
    expect(page.locator("#delivery .btn").first).to_have_css("opacity", "1")
