"""A new mailbox is tested for tagged addresses automatically: once per address, after its first fetch or e-mail."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any, cast

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.email_settings.mailbox_forms import MailboxForm
from helpdesk.conversations.inbound.fetching import LeaseLost, fetch_new
from helpdesk.conversations.inbound.provider_webhook import take_email
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.tasks import send_tag_test
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, write_email

pytestmark = pytest.mark.django_db
OWNER = "me"


class EmptyFolder:
    """A connection to a folder in which there is nothing."""

    uidvalidity = 1

    def within(self, seconds):
        return nullcontext()

    def uids_after(self, last_uid, since):
        return []


@pytest.fixture
def fetched(team):
    return mailbox_of(team, "imap", host="imap.escola.example", username="ajuda", leased_by=OWNER)


@pytest.fixture
def brought(team):
    return mailbox_of(team, "provider")


def fetch(mailbox, owner=OWNER):
    return fetch_new(Mailbox.objects.get(pk=mailbox.pk), cast("Any", EmptyFolder()), owner)


def bring(event_id, to=TEAM_ADDRESS):
    message = AnymailInboundMessage.parse_raw_mime_bytes(write_email(f"E-mail {event_id}", to=to))
    message.envelope_recipient, message.envelope_sender = to, "mariana@example.com"
    event = AnymailInboundEvent(event_type="inbound", timestamp=timezone.now(), event_id=event_id, message=message)
    take_email(None, event, "Mailgun")


def asked():
    """The jobs that were asked for a test, by the mailbox."""
    jobs = ProcrastinateJob.objects.filter(task_name="conversations.send_tag_test").order_by("pk")
    return [job.args["mailbox_id"] for job in jobs]


def test_a_test_is_requested_after_the_first_fetch(fetched):
    assert asked() == []
    for _ in range(3):
        fetch(fetched)
    assert asked() == [fetched.pk]


def test_no_test_is_requested_if_another_process_has_the_lease(fetched):
    with pytest.raises(LeaseLost):
        fetch(fetched, "another")
    assert asked() == []


def change(mailbox, name, value):
    """Change a field as the mailbox's page does."""
    found = Mailbox.objects.get(pk=mailbox.pk)
    form = MailboxForm(instance=found)
    setattr(found, name, value)
    form.save_changes()


@pytest.mark.parametrize(("name", "value"), [("host", "imap.other.example"), ("address", "outra@escola.example")])
def test_a_mailbox_with_another_account_or_address_is_tested_again(fetched, name, value):
    fetch(fetched)
    send_tag_test(fetched.pk)
    Mailbox.objects.update(takes_tags=True)
    change(fetched, name, value)
    for _ in range(2):
        fetch(fetched)
    assert asked() == [fetched.pk] * 2
    send_tag_test(fetched.pk)
    local, _at, domain = mail.outbox[-1].to[0].partition("@")
    assert (len(mail.outbox), f"{local.partition('+')[0]}@{domain}") == (2, Mailbox.objects.get().address)


def test_a_running_fetcher_notices_a_changed_address(fetched):
    found, connection = Mailbox.objects.get(), cast("Any", EmptyFolder())
    fetch_new(found, connection, OWNER)
    change(fetched, "address", "outra@escola.example")
    fetch_new(found, connection, OWNER)
    assert asked() == [fetched.pk] * 2


def test_a_mailbox_fetched_before_tests_existed_is_tested_at_the_next_fetch(fetched):
    Mailbox.objects.update(last_ok_at=timezone.now() - timedelta(minutes=1))
    fetch(fetched)
    assert asked() == [fetched.pk]


@pytest.mark.parametrize("fields", [{"takes_tags": False}, {"tag_test_sent_at": timezone.now()}])
def test_no_test_is_requested_if_the_result_is_known_or_a_test_was_sent(fetched, brought, fields):
    Mailbox.objects.update(**fields)
    fetch(fetched)
    bring("1")
    assert asked() == []


def test_the_first_email_from_a_provider_requests_a_test(brought):
    for event_id in ("1", "1", "2"):
        bring(event_id)
    assert asked() == [brought.pk]
    change(brought, "address", "outra@escola.example")
    bring("3", to="outra@escola.example")
    assert asked() == [brought.pk] * 2


def test_the_test_is_sent_once_in_the_language_of_the_installation(fetched, settings):
    settings.LANGUAGE_CODE = "pt-br"
    for _ in range(2):
        send_tag_test(fetched.pk)
    (email,) = mail.outbox
    assert email.to[0].startswith("ajuda+p")
    assert email.subject == f"Teste das respostas para {TEAM_ADDRESS}"
    assert Mailbox.objects.get().tag_test_sent_at


@pytest.mark.parametrize(
    "fields",
    [
        {"takes_tags": True},
        {"takes_tags": False},
        {"tag_test_sent_at": timezone.now() - timedelta(days=1)},
        {"is_enabled": False},
        {"kind": "smtp"},
    ],
)
def test_no_test_is_sent_if_the_result_is_known_or_a_test_was_sent(fetched, fields):
    Mailbox.objects.update(**fields)
    send_tag_test(fetched.pk)
    assert mail.outbox == []


def test_a_deleted_mailbox_is_not_tested(fetched):
    pk = fetched.pk
    fetched.delete()
    send_tag_test(pk)
    assert mail.outbox == []


def test_the_test_is_retried_if_the_mail_server_is_unreachable(fetched, settings):
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError, match="refused"):
        send_tag_test(fetched.pk)
    assert Mailbox.objects.get().tag_test_sent_at is None
    settings.EMAIL_BACKEND = backend
    send_tag_test(fetched.pk)
    assert len(mail.outbox) == 1
