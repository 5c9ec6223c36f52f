"""Who works for the installation, by what is set up and what the operator says."""

import pytest
from django.urls import reverse

from helpdesk.conversations.models import Mailbox
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


def test_where_nothing_is_set_up_there_are_none(page, team):
    assert names(team) == []
    assert "None: as set up now" in page.get(reverse("services", args=[team.slug])).text


def test_those_of_the_settings(page, team, settings):
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


def test_those_of_the_team_alone(team, manager, outsider):
    for each, host in ((team, "imap.mail.example"), (TeamFactory(), "imap.other.example")):
        for number in range(2):
            Mailbox.objects.create(team=each, kind="imap", address=f"a{number}@x.example", host=host)
    Mailbox.objects.create(team=team, kind="smtp", address="a@x.example")
    for number, (person, host) in enumerate([(manager, "push.example")] * 2 + [(outsider, "push.other.example")]):
        PushSubscription.objects.create(user=person, endpoint=f"https://{host}/{number}", public_key="k", secret="s")
    assert names(team) == ["imap.mail.example", "push.example"]
