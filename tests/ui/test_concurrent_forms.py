"""Settings pages that two people have open: who saves second takes back nothing of what the first changed."""

import pytest
from django.urls import reverse

from helpdesk.conversations.models import CannedReply, FirstReply, Mailbox, SenderIdentity
from helpdesk.inbox.models import SavedView
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.privacy.models import TeamPrivacy
from tests.ui.form_fields import FormFields, fields_of
from webhooks.models import Source

pytestmark = pytest.mark.page_of("owner")
SECRET = "nobody-sees-this"


@pytest.fixture
def rows(team, owner, source):
    """One of what each page changes, by what it is called here."""
    imap = {"kind": "imap", "host": "imap.example.com", "username": "ajuda", "authserv_id": "mx.example.com"}
    secrets = {"secret": SECRET, "client_secret": SECRET, "refresh_token": SECRET}
    body = "Oi!\nEm que aula?"
    return {
        "sender": SenderIdentity.objects.create(team=team, name="Escola", address="a@escola.example", signature="A\nB"),
        "mailbox": Mailbox.objects.create(team=team, address="ajuda@escola.example", **imap, **secrets),
        "webhook": WebhookEndpoint.objects.create(
            team=team, url="https://example.com/", events=["ticket.created", "ticket.resolved"]
        ),
        "source": source,
        "canned": CannedReply.objects.create(team=team, name="Senha", body="Um\nDois"),
        "first": FirstReply.objects.create(team=team, body=body, language="pt-br", delay_minutes=10),
        "view": SavedView.objects.create(team=team, owner=owner, name="Minha", query="status=new"),
        "privacy": TeamPrivacy.objects.create(team=team, contact="dpo@escola.example"),
        "team": team,
    }


def week(team):
    return team.business_hours["monday"]["from"], team.business_hours["tuesday"]["to"]


# A page, where its form posts to if elsewhere, what the first person changes, what the second does, the fields.
CASES = {
    "sender": ("email_settings", "", {"signature": "Outra"}, {"name": "Nova"}, ("name", "signature")),
    "mailbox": ("mailbox", "", {"folder": "Ajuda"}, {"username": "outra"}, ("username", "folder")),
    "webhook": (
        "webhook_endpoint",
        "change_webhook_endpoint",
        {"events": ["ticket.created"]},
        {"description": "CRM"},
        ("description", "events"),
    ),
    "source": ("source", "change_source", {"networks": "203.0.113.0/24"}, {"name": "Nova"}, ("name", "networks")),
    "canned": ("canned_reply", "", {"body": "Três"}, {"name": "Nova"}, ("name", "body")),
    "first": ("first_reply", "", {"body": "Olá! Em que aula?"}, {"delay_minutes": "20"}, ("delay_minutes", "body")),
    "view": ("saved_views", "change_saved_view", {"is_shared": "on"}, {"name": "Nova"}, ("name", "is_shared")),
    "privacy": (
        "personal_data",
        "",
        {"needs_second_person": "on"},
        {"contact": "b@c.de"},
        ("contact", "needs_second_person"),
    ),
    "team": ("team", "set_business_hours", {"tuesday_to": "17:00"}, {"monday_from": "08:00"}, ()),
}
SAVED = {
    "sender": ("Nova", "Outra"),
    "mailbox": ("outra", "Ajuda"),
    "webhook": ("CRM", ["ticket.created"]),
    "source": ("Nova", ["203.0.113.0/24"]),
    "canned": ("Nova", "Três"),
    "first": (20, "Olá! Em que aula?"),
    "view": ("Nova", True),
    "privacy": ("b@c.de", True),
    "team": ("08:00", "17:00"),
}
WITHOUT_KEY = {"email_settings", "saved_views", "personal_data", "team", "set_business_hours"}


def address_of(name, team, row):
    return reverse(name, args=[team.slug] if name in WITHOUT_KEY else [team.slug, row.pk])


@pytest.mark.parametrize("case", CASES)
def test_saving_second_reverts_nothing(page, team, rows, case):
    row = rows[case]
    shown_at, posted_to, first, second, names = CASES[case]
    address = address_of(shown_at, team, row)
    target = address_of(posted_to or shown_at, team, row)
    long_before = fields_of(page, address, target)
    assert page.post(target, fields_of(page, address, target) | first).status_code in (302, 303)
    assert page.post(target, long_before | second).status_code in (302, 303)
    row.refresh_from_db()
    assert (tuple(getattr(row, name) for name in names) or week(row)) == SAVED[case]


def test_a_mailboxs_secrets_are_not_on_its_page(page, team, rows):
    mailbox = rows["mailbox"]
    address = address_of("mailbox", team, mailbox)
    assert SECRET not in page.get(address).text
    sent = fields_of(page, address) | {"username": "outra"}
    assert not {f"initial-{name}" for name in ("secret", "client_secret", "refresh_token")} & set(sent)
    page.post(address, sent)
    mailbox.refresh_from_db()
    assert {mailbox.secret, mailbox.client_secret, mailbox.refresh_token} == {SECRET}
    refused = page.post(address, sent | {"secret": "newly-typed", "address": ""})
    assert refused.status_code == 422
    assert "newly-typed" not in refused.text
    assert SECRET not in refused.text


def test_a_password_changed_by_someone_else_meanwhile_is_kept(page, team, rows):
    mailbox = rows["mailbox"]
    address = address_of("mailbox", team, mailbox)
    long_before = fields_of(page, address)
    page.post(address, fields_of(page, address) | {"secret": "the-new-one"})
    page.post(address, long_before | {"folder": "Ajuda"})
    mailbox.refresh_from_db()
    assert (mailbox.secret, mailbox.folder) == ("the-new-one", "Ajuda")


def test_turning_off_a_source_keeps_its_allowed_networks(page, team, source):
    Source.objects.filter(pk=source.pk).update(networks=["203.0.113.0/24"])
    target = address_of("change_source", team, source)
    asked = page.post(target, {"name": "Nova", "networks": "203.0.113.0/24"})
    assert asked.status_code == 409
    page.post(target, FormFields(asked.text, target).fields | {"even_if_calls_are_lost": "1"})
    source.refresh_from_db()
    assert (source.name, source.is_enabled, source.networks) == ("Nova", False, ["203.0.113.0/24"])


def test_a_change_made_during_confirmation_is_kept(page, team, source):
    target = address_of("change_source", team, source)
    shown = fields_of(page, address_of("source", team, source), target)
    del shown["is_enabled"]
    asked = FormFields(page.post(target, shown).text, target).fields
    Source.objects.filter(pk=source.pk).update(name="Outra")
    page.post(target, asked | {"even_if_calls_are_lost": "1"})
    source.refresh_from_db()
    assert (source.name, source.is_enabled) == ("Outra", False)
