"""The processors of the installation, derived from its settings and the operator's entries."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.api.actions import create_token, revoke_token
from helpdesk.conversations.models import Mailbox
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.notifications.models import PushSubscription
from helpdesk.operations.outside_services import outside_services
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english"), pytest.mark.page_of("manager")]


@pytest.fixture(autouse=True)
def _nothing_is_set_up(settings):
    settings.ANYMAIL_PROVIDER = settings.SENTRY_DSN = settings.OTEL_EXPORTER_OTLP_ENDPOINT = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.SUBPROCESSORS = []


def names(team):
    return [service.name for service in outside_services(team.pk)]


def test_a_plain_installation_uses_no_services(page, team):
    assert names(team) == []
    assert "None. As it is set up now" in page.get(reverse("services", args=[team.slug])).text


def test_services_in_the_settings_are_listed(page, team, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "smtp.mail.example"
    settings.SENTRY_DSN = "https://geheim@errors.example/7"
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "https://traces.example:4318"
    settings.SUBPROCESSORS = ["Nuvem <b>: servidores em São Paulo", "Cofre", ":"]
    assert names(team) == ["Cofre", "Nuvem <b>", "errors.example", "smtp.mail.example", "traces.example"]
    text = page.get(reverse("services", args=[team.slug])).text
    assert "servidores em São Paulo" in text
    assert "Nuvem &lt;b&gt;" in text
    assert "geheim" not in text
    settings.ANYMAIL_PROVIDER = "mailgun"
    assert "mailgun" in names(team)
    assert "smtp.mail.example" not in names(team)


def test_only_the_teams_own_services_are_listed(team, manager, outsider):
    for each, host in ((team, "imap.mail.example"), (TeamFactory(), "imap.other.example")):
        for number in range(2):
            Mailbox.objects.create(team=each, kind="imap", address=f"a{number}@x.example", host=host)
    Mailbox.objects.create(team=team, kind="smtp", address="a@x.example")
    for number, (person, host) in enumerate([(manager, "push.example")] * 2 + [(outsider, "push.other.example")]):
        PushSubscription.objects.create(user=person, endpoint=f"https://{host}/{number}", public_key="k", secret="s")
    assert names(team) == ["imap.mail.example", "push.example"]


def test_the_register_lists_the_teams_programs_and_links_to_the_services(page, team, settings):
    address = reverse("personal_data", args=[team.slug])
    assert "None of them receives data" in page.get(address).text
    for owner, url in ((team, "https://crm.example/hook"), (TeamFactory(), "https://elsewhere.example/")):
        WebhookEndpoint.objects.create(team=owner, url=url, events=["ticket.created"])
    WebhookEndpoint.objects.create(team=team, url="https://off.example/", events=[], disabled_at=timezone.now())
    create_token(team, "Planilha")
    revoke_token(create_token(team, "Antiga")[0])
    settings.SUBPROCESSORS = ["Hospedagem Ltda: runs the servers"]
    text = page.get(address).text
    assert reverse("services", args=[team.slug]) in text
    given = text.partition('id="programs"')[2].partition("</section>")[0]
    assert re.findall(r'<strong>(.*?)</strong><br><span class="small muted">(.*?)</span>', given) == [
        ("Planilha", "One of the team’s programs, with an API token"),
        ("crm.example", "Is notified by webhooks of what happens to tickets"),
    ]
