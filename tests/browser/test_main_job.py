"""From the set-up of a source to a resolved ticket, as a person does it; and every page as axe sees it."""

import re
from datetime import timedelta
from random import Random

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import Subscription
from helpdesk.teams.actions import create_team
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from webhooks.models import Source
from webhooks.sending import send_all
from webhooks.simulation import invent_event, simulate_day

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "ana@example.com", "uma senha bem comprida"
PING = {"event": "ping", "data": {"message": "ping"}}


@pytest.fixture
def team(transactional_db):
    return create_team("Escola da Ana", EMAIL, PASSWORD, "Ana Prado")


def log_in(page, server):
    page.goto(server)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(re.compile("/t/"))


def set_up_source(page):
    """Create a source by the guided set-up; returns its address and its key as the page shows them."""
    page.get_by_role("link", name="Conectar a Eduzz").click()
    page.get_by_role("button", name="Continuar").click()
    return page.locator("#address").input_value(), page.locator("#new-key").input_value()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_producer_connects_eduzz_and_resolves_the_first_ticket(server, team, open_page, width):
    page = open_page(width)
    log_in(page, server)
    address, key = set_up_source(page)
    assert address.startswith(server)
    expect(page.get_by_text("Esperando o ping")).to_be_visible()
    send_all(address, key, [PING])
    expect(page.get_by_text("Verificado.")).to_be_visible(timeout=10_000)

    now = timezone.now()
    started = invent_event(Random("a"), "nutror.lesson_started", now - timedelta(minutes=4))
    asked = invent_event(Random("b"), "nutror.learner_help", now)
    asked["data"]["learner"], asked["data"]["course"] = started["data"]["learner"], started["data"]["course"]
    assert send_all(address, key, [started, asked]) == {"processed": 2}

    page.goto(server)
    row = page.locator(".row", has_text=asked["data"]["learner"]["name"])
    expect(row).to_contain_text(f"Começou {started['data']['lesson']['title']} 4 minutos antes de pedir ajuda")
    row.locator(".row-link").click()
    page.get_by_role("button", name="Assumir").click()
    expect(page.locator(".line")).to_contain_text("Ana Prado assumiu")
    page.get_by_label("Prioridade").select_option(label="Urgente")
    expect(page.locator(".line")).to_contain_text("mudou a prioridade de Normal para Urgente")
    page.get_by_label("Nota para a equipe").fill("Mandei o link alternativo.")
    page.get_by_role("button", name="Anotar").click()
    expect(page.locator(".note")).to_contain_text("Mandei o link alternativo.")
    page.get_by_role("button", name="Resolver").click()
    expect(page.get_by_text("#1: resolvido")).to_be_visible()
    assert Ticket.objects.get().status == "resolved"
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_text("1 chamado voltou a ser como era.")).to_be_visible()
    assert Ticket.objects.get().status == "open"


def test_the_forms_work_without_javascript(server, team, open_page):
    page = open_page(java_script_enabled=False)
    log_in(page, server)
    address, key = set_up_source(page)
    send_all(address, key, [PING, invent_event(Random("b"), "nutror.learner_help", timezone.now())])
    page.goto(server)
    page.locator(".row-link").click()
    page.get_by_role("button", name="Assumir").click()
    page.get_by_label("Estado").select_option("pending")
    page.locator("form", has=page.locator("#status")).get_by_role("button").click()
    expect(page.get_by_label("Estado")).to_have_value("pending")


PAGES = {
    "inbox": "/t/escola-da-ana/",
    "done": "/t/escola-da-ana/?status=done",
    "nothing fits": "/t/escola-da-ana/?status=on_hold&assignee=me",
    "ticket": "/t/escola-da-ana/tickets/1/",
    "new ticket": "/t/escola-da-ana/tickets/new/",
    "filtered": "/t/escola-da-ana/?status=all&priority=2&assignee=none",
    "searched": "/t/escola-da-ana/?q=a",
    "views": "/t/escola-da-ana/views/?query=status%3Dall",
    "reports": "/t/escola-da-ana/reports/",
    "empty report": "/t/escola-da-ana/reports/?first=2020-01-01&last=2020-01-02",
    "courses": "/t/escola-da-ana/courses/",
    "team": "/t/escola-da-ana/team/",
    "sources": "/t/escola-da-ana/sources/",
    "new source": "/t/escola-da-ana/sources/new/",
    "tokens": "/t/escola-da-ana/tokens/",
    "reference of the API": "/api/v1/docs",
    "account": "/account/",
    "teams": "/teams/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "two factors": "/accounts/2fa/",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_fails_an_axe_scan_or_is_wider_than_the_screen(server, team, open_page, scheme, width):
    page = open_page(width, scheme)
    page.goto(f"{server}/accounts/login/")
    wrong = scan(page, "login")
    page.goto(f"{server}/accounts/password/reset/")
    wrong += scan(page, "reset")
    log_in(page, server)
    wrong += scan(page, "first run")
    address, key = set_up_source(page)
    wrong += scan(page, "set-up")
    send_all(address, key, [PING, *simulate_day(Random("axe"), timezone.now(), learners=12)])
    send_all(address, "another-key", [invent_event(Random("c"), "nutror.learner_help", timezone.now())])
    assert httpx.post(address, content=b"{}").status_code == 401
    first = Ticket.objects.get(number=1)
    ana = Actor.person(team.memberships.get().user)
    actions.add_note(first, ana, "Uma nota")
    actions.add_tag(first, ana, "vídeo")
    actions.resolve_ticket(Ticket.objects.unfinished().exclude(pk=first.pk)[0], ana)
    source = f"/t/escola-da-ana/sources/{Source.objects.get().pk}/"
    delivery = Source.objects.get().deliveries.newest_first()[0]
    subscription = Subscription.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    sent = send_test(subscription)
    sent.log.create(team=team, url=subscription.url, duration_ms=1, status_code=500, problem="status", answer="no")
    webhook = f"/t/escola-da-ana/integrations/{subscription.pk}/"
    more = {
        "new webhook": "/t/escola-da-ana/integrations/new/",
        "webhooks": "/t/escola-da-ana/integrations/",
        "webhook": webhook,
        "webhook delivery": f"{webhook}deliveries/{sent.pk}/",
        "learner": f"/t/escola-da-ana/learners/{first.learner_id}/",
        "course": f"/t/escola-da-ana/courses/{first.course_id}/",
        "source": source,
        "log": f"{source}deliveries/",
        "delivery": f"{source}deliveries/{delivery.pk}/",
        "quarantine": f"{source}quarantine/",
    }
    for name, path in (PAGES | more).items():
        page.goto(server + path)
        wrong += scan(page, name)
    assert wrong == []


def scan(page, name):
    """What axe finds wrong with this page, and whether it is wider than the screen."""
    found = Axe().run(page).response["violations"]
    wrong = [f"{name}: {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wrong.append(f"{name}: wider than the screen")
    return wrong
