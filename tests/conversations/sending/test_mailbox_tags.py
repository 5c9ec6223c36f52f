"""Whether a mailbox takes addresses with a tag: found out by a test, and what goes out follows it."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.doctor import check_mailboxes
from helpdesk.conversations.email_settings.mailbox_forms import MailboxForm
from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.conversations.sending.sender_verification import send_test
from helpdesk.conversations.sending.tag_testing import send_tag_test
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, receive, tagged, write_email
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]
BY_HEADERS = "Your mail provider does not accept addresses with +; replies are matched by their headers only."


@pytest.fixture
def imap_mailbox(team):
    return mailbox_of(team, kind="imap", last_ok_at=timezone.now())


@pytest.fixture
def tested(imap_mailbox):
    """With a test on its way."""
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    return imap_mailbox


@pytest.fixture
def verified_identity(team):
    return SenderIdentity.objects.create(team=team, name="Escola", address=TEAM_ADDRESS, verified_at=timezone.now())


def takes_tags(mailbox):
    mailbox.refresh_from_db()
    return mailbox.takes_tags


def sent_to():
    (address,) = mail.outbox[-1].to
    return address


def bounce(address, status="5.1.1"):
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nTo: {TEAM_ADDRESS}\nSubject: Undelivered Mail\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: {status}\n--b--\n"
    ).encode()


def test_the_tag_of_a_test_is_as_long_as_that_of_a_reply(tested):
    local, _at, domain = sent_to().partition("@")
    assert (local.partition("+")[0], domain) == ("ajuda", "escola.example")
    assert len(local.partition("+")[2]) == 33


def test_a_received_test_shows_that_tags_arrive(tested):
    found = receive(tested, write_email(to=sent_to(), sender=TEAM_ADDRESS), to="")
    assert (found.state, takes_tags(tested)) == ("ignored", True)


def test_a_bounced_test_shows_that_tags_do_not_arrive(tested):
    found = receive(tested, bounce(sent_to()))
    assert (found.state, takes_tags(tested)) == ("ignored", False)
    assert "does not accept" in found.reason


def test_other_emails_prove_nothing(team, tested):
    receive(tested, write_email(to=f"ajuda+{'p' * 33}@escola.example"))
    receive(tested, bounce(f"ajuda+{'p' * 33}@escola.example"))
    receive(mailbox_of(TeamFactory()), write_email(to=sent_to()))
    assert takes_tags(tested) is None


def test_an_older_test_does_not_count(tested):
    older = sent_to()
    send_tag_test(tested, TEAM_ADDRESS)
    receive(tested, bounce(older))
    assert takes_tags(tested) is None


def test_a_refused_recipient_shows_that_tags_do_not_arrive(imap_mailbox, smtp_server):
    smtp_server.rule = lambda step, recipient: "550 5.1.1 No such user here" if step == "rcpt" else None
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    assert takes_tags(imap_mailbox) is False


def test_an_address_no_email_can_have_stays_untested(imap_mailbox):
    Mailbox.objects.filter(pk=imap_mailbox.pk).update(address=f"a@{'é' * 60}.example")
    imap_mailbox.refresh_from_db()
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    imap_mailbox.refresh_from_db()
    assert (imap_mailbox.takes_tags, imap_mailbox.tag_test_hash, imap_mailbox.tag_test_sent_at) == (None, "", None)


def test_a_mailbox_with_an_outdated_address_is_not_tested(imap_mailbox):
    Mailbox.objects.update(address="outra@escola.example")
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    assert (mail.outbox, takes_tags(imap_mailbox), imap_mailbox.tag_test_sent_at) == ([], None, None)


def test_an_unreachable_mail_server_proves_nothing(imap_mailbox, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    settings.EMAIL_HOST = "127.0.0.1"
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    assert (takes_tags(imap_mailbox), imap_mailbox.tag_test_sent_at) == (None, None)


@pytest.mark.parametrize(
    ("kind", "known", "is_tagged"),
    [
        ("imap", True, True),
        ("imap", None, False),
        ("imap", False, False),
        ("provider", None, False),
        ("smtp", None, True),
    ],
)
def test_replies_have_a_tag_only_if_tags_arrive(team, ticket, actor, verified_identity, kind, known, is_tagged):
    mailbox_of(team, kind=kind, takes_tags=known)
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    answers_go_to = email.extra_headers["Reply-To"]
    assert email.from_email == answers_go_to
    assert ("+r" in answers_go_to) == is_tagged
    assert is_tagged or answers_go_to == TEAM_ADDRESS


def test_a_reply_domain_takes_precedence_over_an_address_without_a_tag(team, imap_mailbox, ticket, actor, settings):
    settings.REPLY_DOMAIN = "in.example"
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    assert email.extra_headers["Reply-To"].endswith("@in.example")


def test_an_answer_without_a_tag_is_recognized_by_its_headers(imap_mailbox, ticket, actor):
    email = email_of(reply(ticket, actor, "Qual é a dúvida?").dispatches.get())
    found = receive(
        imap_mailbox, write_email(to=email.extra_headers["Reply-To"], In_Reply_To=email.extra_headers["Message-ID"])
    )
    assert (found.state, found.ticket) == ("filed", ticket)


def test_the_senders_test_also_tests_the_mailboxes(imap_mailbox, verified_identity):
    mailbox_of(verified_identity.team, kind="smtp")
    send_test(verified_identity)
    assert [("+" in email.to[0]) for email in mail.outbox] == [False, True]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"takes_tags": True}, "Replies with a tag arrive."),
        ({"takes_tags": False}, BY_HEADERS),
        ({"tag_test_sent_at": timedelta(hours=2)}, BY_HEADERS),
        ({"tag_test_sent_at": timedelta(minutes=2)}, "A test to an address with + is on its way."),
        ({"tag_test_sent_at": timedelta(hours=2), "last_ok_at": timedelta(hours=2)}, "is on its way."),
        ({}, "It is not known yet whether addresses with + arrive."),
    ],
)
def test_the_pages_show_the_result(page, team, imap_mailbox, verified_identity, fields, sentence):
    ago = {name: timezone.now() - span if isinstance(span, timedelta) else span for name, span in fields.items()}
    Mailbox.objects.update(**ago)
    for address in (reverse("email_settings", args=[team.slug]), reverse("mailbox", args=[team.slug, imap_mailbox.pk])):
        assert sentence in page.get(address).text


def test_the_mailboxs_button_sends_one_test_a_minute(page, team, imap_mailbox):
    address = reverse("try_tags", args=[team.slug, imap_mailbox.pk])
    assert page.post(address).status_code == 303
    assert page.post(address).status_code == 409
    assert len(mail.outbox) == 1
    own = mailbox_of(team, kind="smtp")
    assert page.post(reverse("try_tags", args=[team.slug, own.pk])).status_code == 404


def test_changing_the_address_discards_the_result(imap_mailbox):
    Mailbox.objects.update(takes_tags=True, host="imap.escola.example", username="ajuda", secret="x")
    imap_mailbox.refresh_from_db()
    fields = {name: getattr(imap_mailbox, name) for name in MailboxForm.base_fields} | {
        "secret": "",
        "is_enabled": "on",
    }
    form = MailboxForm(fields | {"address": "outra@escola.example"}, instance=imap_mailbox)
    assert form.is_valid(), form.errors
    form.save_changes()
    assert takes_tags(imap_mailbox) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"takes_tags": True}, []),
        ({"takes_tags": False}, ["1 of them do not accept addresses with a plus sign"]),
        ({"tag_test_sent_at": timedelta(hours=2)}, ["1 of them do not accept addresses with a plus sign"]),
        ({"tag_test_sent_at": timedelta(minutes=2)}, []),
        ({}, ["For 1 of them it is not known"]),
    ],
)
def test_the_doctor_reports_the_result(imap_mailbox, fields, said):
    ago = {name: timezone.now() - span if isinstance(span, timedelta) else span for name, span in fields.items()}
    Mailbox.objects.update(**ago)
    found = [finding.text for finding in check_mailboxes()]
    assert len(found) == len(said)
    assert all(words in text for words, text in zip(said, found, strict=True))


def test_the_migration_marks_mailboxes_that_received_tagged_answers(team, ticket, actor):
    proved, other = mailbox_of(team), mailbox_of(TeamFactory(), kind="imap")
    dispatch = reply(ticket, actor, "Qual é a dúvida?").dispatches.get()
    receive(proved, write_email(to=tagged(dispatch)))
    migration = import_module("helpdesk.conversations.migrations.0026_tagged_addresses")
    migration.note_those_that_do(apps, None)
    assert (takes_tags(proved), takes_tags(other)) == (True, None)
