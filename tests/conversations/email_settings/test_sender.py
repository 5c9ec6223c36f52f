"""The sender of a team's e-mail, and the test that proves their address."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.conversations.sending.sender_verification import sender_test_returned
from helpdesk.conversations.sending.senders import sender_of
from tests.conversations.email_settings.reading import HOME, VALID, sent_token
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


def test_a_sender_is_saved(page, identity, team):
    assert (identity.name, identity.address, identity.signature) == (
        "Escola da Ana",
        "ajuda@escola.example",
        "Equipe\nAna",
    )
    assert "ajuda@escola.example" in page.get(HOME).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "nobody"},
        {"address": "x" * 65 + "@e.com"},
        {"address": "é@e.com"},
        {"name": "\u200b"},
        {"signature": "x" * 1001},
    ],
)
def test_an_invalid_form_is_shown_again_as_typed(page, wrong):
    response = page.post(HOME, VALID | wrong)
    assert response.status_code == 422
    assert "Escola da Ana" in response.text or "name" in wrong
    assert not SenderIdentity.objects.exists()


def test_only_a_confirmed_address_sends(page, identity, team, settings):
    settings.DEFAULT_FROM_EMAIL = "Helpdesk <helpdesk@host.example>"
    assert (sender_of(team).address, sender_of(team).name) == ("helpdesk@host.example", "Escola da Ana")
    page.post(f"{HOME}test/")
    (test,) = mail.outbox
    assert (test.to, test.from_email) == (["ajuda@escola.example"], "ajuda@escola.example")
    confirm = f"{HOME}confirm/{sent_token()}/"
    assert page.get(confirm).status_code == 200
    assert sender_of(team).address == "helpdesk@host.example"
    page.post(confirm)
    assert sender_of(team).address == "ajuda@escola.example"


def test_a_returned_test_confirms_the_address(page, identity, team):
    page.post(f"{HOME}test/")
    assert mail.outbox[0].extra_headers["X-Helpdesk-Sender-Test"] == sent_token()
    assert sender_test_returned(team, "") is None
    assert sender_test_returned(team, "guessed") is None
    assert sender_test_returned(TeamFactory(), sent_token()) is None
    assert sender_of(team).address != "ajuda@escola.example"
    assert sender_test_returned(team, sent_token()) == identity
    assert sender_of(team).address == "ajuda@escola.example"


def test_a_test_expires_after_three_days(page, identity, team):
    page.post(f"{HOME}test/")
    SenderIdentity.objects.update(test_sent_at=timezone.now() - timedelta(days=4))
    assert sender_test_returned(team, sent_token()) is None
    assert page.post(f"{HOME}confirm/{sent_token()}/").status_code == 409


def test_a_changed_address_must_be_confirmed_again(page, identity, team):
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token())
    page.post(HOME, VALID | {"name": "Escola"})
    assert SenderIdentity.objects.get().verified_at is not None
    page.post(HOME, VALID | {"address": "other@escola.example"})
    assert SenderIdentity.objects.get().verified_at is None
    assert sender_test_returned(team, sent_token()) is None


def test_tests_are_rate_limited(page, identity):
    page.post(f"{HOME}test/")
    page.post(HOME, VALID | {"address": "other@escola.example"})
    assert page.post(f"{HOME}test/").status_code == 409
    assert len(mail.outbox) == 1


def test_a_test_refused_by_the_mail_server_is_reported(page, identity, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    settings.EMAIL_HOST = "127.0.0.1"
    response = page.post(f"{HOME}test/")
    assert response.status_code == 409
    assert "The mail server did not accept the test" in response.text


def test_a_reply_has_signature_sender_and_reply_address(page, identity, team, ticket, actor):
    SenderIdentity.objects.update(verified_at=timezone.now())
    Mailbox.objects.create(team=team, kind="imap", secret="x", address="ajuda@escola.example", takes_tags=True)
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    assert email.extra_headers["From"].endswith(" <ajuda@escola.example>")
    answers_go_to = email.extra_headers["Reply-To"]
    assert re.fullmatch(r"ajuda\+r[a-z2-7]{32}@escola\.example", answers_go_to)
    assert email.from_email == answers_go_to  # where a bounce goes
    assert "-- \nEquipe\nAna\n\nThe whole conversation, and a place to write:\nhttp" in email.body


@pytest.mark.parametrize(
    ("address", "domain", "pattern"),
    [
        ("x" * 31 + "@escola.example", "in.example", r"r[a-z2-7]{32}@in\.example"),
        ("x" * 30 + "@escola.example", "in.example", r"x{30}\+r[a-z2-7]{32}@escola\.example"),
        (None, "in.example", r"r[a-z2-7]{32}@in\.example"),
    ],
)
def test_a_long_mailbox_address_leaves_room_for_the_token_or_is_not_used(
    team, ticket, actor, settings, address, domain, pattern
):
    settings.REPLY_DOMAIN = domain
    if address:
        Mailbox.objects.create(team=team, kind="imap", secret="x", address=address, takes_tags=True)
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    assert re.fullmatch(pattern, email.extra_headers["Reply-To"])
    assert len(email.extra_headers["Reply-To"].partition("@")[0]) <= 64


def test_the_page_does_not_claim_that_a_test_was_sent(page, identity):
    identity.test_token_hash, identity.verified_at = "", None
    identity.save()
    assert "Send a test to" in page.get(HOME).text
