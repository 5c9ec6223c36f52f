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


def test_a_test_goes_to_a_tag_as_long_as_those_of_answers(tested):
    local, _at, domain = sent_to().partition("@")
    assert (local.partition("+")[0], domain) == ("ajuda", "escola.example")
    assert len(local.partition("+")[2]) == 33


def test_a_test_that_comes_in_shows_that_tags_arrive(tested):
    found = receive(tested, write_email(to=sent_to(), sender=TEAM_ADDRESS), to="")
    assert (found.state, takes_tags(tested)) == ("ignored", True)


def test_a_test_that_bounces_shows_that_they_do_not(tested):
    found = receive(tested, bounce(sent_to()))
    assert (found.state, takes_tags(tested)) == ("ignored", False)
    assert "does not accept" in found.reason


def test_what_is_not_the_test_shows_nothing(team, tested):
    receive(tested, write_email(to=f"ajuda+{'p' * 33}@escola.example"))
    receive(tested, bounce(f"ajuda+{'p' * 33}@escola.example"))
    receive(mailbox_of(TeamFactory()), write_email(to=sent_to()))
    assert takes_tags(tested) is None


def test_an_older_test_does_not_count(tested):
    older = sent_to()
    send_tag_test(tested, TEAM_ADDRESS)
    receive(tested, bounce(older))
    assert takes_tags(tested) is None


def test_a_mail_server_that_knows_no_such_address_settles_it(imap_mailbox, smtp_server):
    smtp_server.rule = lambda step, recipient: "550 5.1.1 No such user here" if step == "rcpt" else None
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    assert takes_tags(imap_mailbox) is False


def test_an_address_that_no_email_can_bear_is_as_untested_as_before(imap_mailbox):
    Mailbox.objects.filter(pk=imap_mailbox.pk).update(address=f"a@{'é' * 60}.example")
    imap_mailbox.refresh_from_db()
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    imap_mailbox.refresh_from_db()
    assert (imap_mailbox.takes_tags, imap_mailbox.tag_test_hash, imap_mailbox.tag_test_sent_at) == (None, "", None)


def test_a_mailbox_that_got_another_address_meanwhile_is_not_tested_by_the_old_one(imap_mailbox):
    Mailbox.objects.update(address="outra@escola.example")
    send_tag_test(imap_mailbox, TEAM_ADDRESS)
    assert (mail.outbox, takes_tags(imap_mailbox), imap_mailbox.tag_test_sent_at) == ([], None, None)


def test_a_mail_server_that_is_away_says_nothing(imap_mailbox, settings):
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
def test_only_where_tags_arrive_do_answers_have_one(team, ticket, actor, verified_identity, kind, known, is_tagged):
    mailbox_of(team, kind=kind, takes_tags=known)
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    answers_go_to = email.extra_headers["Reply-To"]
    assert email.from_email == answers_go_to
    assert ("+r" in answers_go_to) == is_tagged
    assert is_tagged or answers_go_to == TEAM_ADDRESS


def test_a_domain_for_answers_comes_before_an_address_without_a_tag(team, imap_mailbox, ticket, actor, settings):
    settings.REPLY_DOMAIN = "in.example"
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    assert email.extra_headers["Reply-To"].endswith("@in.example")


def test_an_answer_without_a_tag_is_known_by_its_headers(imap_mailbox, ticket, actor):
    email = email_of(reply(ticket, actor, "Qual é a dúvida?").dispatches.get())
    found = receive(
        imap_mailbox, write_email(to=email.extra_headers["Reply-To"], In_Reply_To=email.extra_headers["Message-ID"])
    )
    assert (found.state, found.ticket) == ("filed", ticket)


def test_the_sender_s_test_tries_the_mailboxes_too(imap_mailbox, verified_identity):
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
def test_the_pages_say_what_is_known(page, team, imap_mailbox, verified_identity, fields, sentence):
    ago = {name: timezone.now() - span if isinstance(span, timedelta) else span for name, span in fields.items()}
    Mailbox.objects.update(**ago)
    for address in (reverse("email_settings", args=[team.slug]), reverse("mailbox", args=[team.slug, imap_mailbox.pk])):
        assert sentence in page.get(address).text


def test_the_button_of_the_mailbox_sends_one_a_minute(page, team, imap_mailbox):
    address = reverse("try_tags", args=[team.slug, imap_mailbox.pk])
    assert page.post(address).status_code == 303
    assert page.post(address).status_code == 409
    assert len(mail.outbox) == 1
    own = mailbox_of(team, kind="smtp")
    assert page.post(reverse("try_tags", args=[team.slug, own.pk])).status_code == 404


def test_another_address_is_not_known_to_take_them(imap_mailbox):
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
def test_the_doctor_says_it(imap_mailbox, fields, said):
    ago = {name: timezone.now() - span if isinstance(span, timedelta) else span for name, span in fields.items()}
    Mailbox.objects.update(**ago)
    found = [finding.text for finding in check_mailboxes()]
    assert len(found) == len(said)
    assert all(words in text for words, text in zip(said, found, strict=True))


def test_where_answers_came_by_a_tag_before_it_is_known(team, ticket, actor):
    proved, other = mailbox_of(team), mailbox_of(TeamFactory(), kind="imap")
    dispatch = reply(ticket, actor, "Qual é a dúvida?").dispatches.get()
    receive(proved, write_email(to=tagged(dispatch)))
    migration = import_module("helpdesk.conversations.migrations.0026_tagged_addresses")
    migration.note_those_that_do(apps, None)
    assert (takes_tags(proved), takes_tags(other)) == (True, None)
