"""What e-mail providers tell of messages, through django-anymail's own views."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.test import RequestFactory
from django.utils import timezone

from helpdesk.conversations.actions.delivery import note_sent
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch, DispatchEvent, SuppressedAddress
from helpdesk.conversations.sending.provider_urls import provider_patterns
from helpdesk.conversations.sending.tracking import NotYetKnown
from helpdesk.tickets.models import Status, Ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db
SECRET = "helpdesk:a-long-and-random-password"


@pytest.fixture(autouse=True)
def _postmark(settings):
    settings.ANYMAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": SECRET}


@pytest.fixture
def sent_dispatch(ticket, actor):
    found = reply(ticket, actor, "Olá!", then=Status.PENDING).dispatches.get()
    Dispatch.objects.update(state="sending")
    note_sent(found, "postmark-1")
    return found


def tell(kind="Delivery", at=None, secret=SECRET, **fields):
    when = (at or timezone.now()).isoformat()
    event = {
        "RecordType": kind,
        "MessageID": "postmark-1",
        "Recipient": "mariana@example.com",
        "Email": "mariana@example.com",
        "DeliveredAt": when,
        "BouncedAt": when,
        **fields,
    }
    return post(PostmarkTrackingWebhookView, event, secret)


def post(view, event, secret=SECRET):
    request = RequestFactory().post(
        "/",
        json.dumps(event),
        content_type="application/json",
        headers={"authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )
    return view.as_view()(request)


def bounce(**fields):
    return tell("Bounce", ID=7, Type="HardBounce", TypeCode=1, Details="550 5.1.1 unknown", **fields)


def test_a_delivery_is_recorded(sent_dispatch):
    assert tell().status_code == 200
    assert fresh(sent_dispatch).state == "delivered"


def test_a_bounce_is_shown_on_the_ticket_and_the_address_suppressed(ticket, sent_dispatch):
    bounce()
    after = Ticket.objects.get(pk=ticket.pk)
    assert (fresh(sent_dispatch).state, after.status, after.first_responded_at) == ("bounced", Status.NEW, None)
    assert after.sending_failed_at is not None
    assert "550 5.1.1 unknown" in fresh(sent_dispatch).reason
    assert SuppressedAddress.objects.get().reason == "bounced"
    assert ticket.events.filter(kind="sending_failed").count() == 1


def test_a_block_by_the_provider_suppresses_nobody(sent_dispatch):
    tell("Bounce", ID=7, Type="Blocked", TypeCode=100006, Details="spam")
    assert fresh(sent_dispatch).state == "failed"
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("SoftBounce", "550 5.1.1 unknown"),
        ("HardBounce", "552 5.2.2 Mailbox full"),
        ("HardBounce", "550 5.7.1 Client host 5.1.77.20 blocked"),
    ],
)
def test_a_bounce_not_about_the_address_suppresses_nobody(sent_dispatch, kind, details):
    tell("Bounce", ID=7, Type=kind, TypeCode=1, Details=details)
    assert fresh(sent_dispatch).state == "bounced"
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize(("kind", "is_suppressed"), [("hard_bounce", True), ("soft_bounce", False)])
def test_brevos_soft_bounces_are_recorded_as_bounces(sent_dispatch, settings, kind, is_suppressed):
    settings.ANYMAIL_PROVIDER = "brevo"
    told = {"event": kind, "email": "mariana@example.com", "message-id": "postmark-1", "reason": "550 5.1.1 unknown"}
    assert post(BrevoTrackingWebhookView, told | {"ts_epoch": timezone.now().timestamp() * 1000}).status_code == 200
    assert fresh(sent_dispatch).state == "bounced"
    assert SuppressedAddress.objects.exists() == is_suppressed


def test_a_complaint_suppresses_the_address(sent_dispatch):
    tell("SpamComplaint", ID=8, Type="SpamComplaint", TypeCode=512)
    assert fresh(sent_dispatch).state == "complained"
    assert SuppressedAddress.objects.get().reason == "complained"


def test_a_repeated_event_is_recorded_once(ticket, sent_dispatch):
    for _ in range(3):
        bounce()
    assert DispatchEvent.objects.filter(state="bounced").count() == 1
    assert ticket.events.filter(kind="sending_failed").count() == 1


@pytest.mark.parametrize("off", [timedelta(days=-30), timedelta(hours=-26), timedelta(hours=1)])
def test_an_event_with_an_odd_timestamp_is_ignored(sent_dispatch, off, caplog):
    at = timezone.now() + off
    assert bounce(at=at).status_code == 200
    assert fresh(sent_dispatch).state == "accepted"
    assert f"An event of Postmark was ignored: its time, {at}, is implausible" in caplog.messages


def test_a_late_delivery_does_not_undo_a_bounce(sent_dispatch):
    bounce()
    tell()
    assert fresh(sent_dispatch).state == "bounced"


def test_events_about_other_emails_of_the_provider_are_ignored(sent_dispatch):
    assert tell(MessageID="another", Recipient="x@example.com", Email="x@example.com").status_code == 200
    assert bounce(MessageID="another").status_code == 200
    assert fresh(sent_dispatch).state == "accepted"


def test_an_event_before_the_sending_is_settled_is_to_be_repeated(ticket, actor):
    reply(ticket, actor, "Olá!")
    Dispatch.objects.update(state="sending", handed_over_at=timezone.now())
    with pytest.raises(NotYetKnown):
        tell()


def test_without_the_secret_events_are_refused(sent_dispatch):
    from anymail.exceptions import AnymailWebhookValidationFailure

    with pytest.raises(AnymailWebhookValidationFailure):
        tell(secret="helpdesk:guessed")
    assert fresh(sent_dispatch).state == "accepted"


def test_addresses_exist_only_for_the_configured_provider_and_with_a_secret(settings):
    assert [str(pattern.pattern) for pattern in provider_patterns()] == ["postmark/inbound/", "postmark/tracking/"]
    settings.ANYMAIL = {}
    assert provider_patterns() == []
    settings.ANYMAIL_PROVIDER, settings.ANYMAIL = "", {"WEBHOOK_SECRET": SECRET}
    assert provider_patterns() == []
