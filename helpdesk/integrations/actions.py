"""What people do with endpoints: create, change, enable, disable and delete them, rotate secrets, test and resend."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.integrations.disclosures import note_disclosures
from helpdesk.integrations.dispatcher import disable
from helpdesk.integrations.events import TEST
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.payloads import test_payload
from helpdesk.integrations.send_jobs import enqueue_delivery
from helpdesk.integrations.signature import new_secret
from helpdesk.teams.locking import lock_team
from helpdesk.teams.models import Membership, User
from helpdesk.ui.forms import save_changed
from helpdesk.ui.refusals import ActionRefused

MOST_ENDPOINTS = 20
BOTH_SECRETS_FOR = timedelta(hours=24)


@transaction.atomic
def create_endpoint(by: Membership, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Save a new endpoint of this member's team. Raises ActionRefused if the team has too many."""
    lock_team(by.team_id)
    if WebhookEndpoint.objects.for_team(by.team).count() >= MOST_ENDPOINTS:
        raise ActionRefused(
            _("A team can have at most %(most)s webhooks. Delete one that is not used.") % {"most": MOST_ENDPOINTS}
        )
    endpoint.team, endpoint.created_by = by.team, by.user
    endpoint.save()
    _record(endpoint, Kind.WEBHOOK_CREATED, by.user)
    return endpoint


@transaction.atomic
def change_endpoint(endpoint: WebhookEndpoint, changed: Iterable[str]) -> None:
    """Write only these fields, so that state and secrets that changed meanwhile are kept."""
    save_changed(endpoint, changed)
    _record(endpoint, Kind.WEBHOOK_CHANGED)


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint) -> None:
    """Create a new secret; the previous one signs too for BOTH_SECRETS_FOR, so that the receiver can switch over."""
    endpoint.refresh_from_db(from_queryset=WebhookEndpoint.objects.select_for_update(no_key=True))
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_secret_until = timezone.now() + BOTH_SECRETS_FOR
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
    _record(endpoint, Kind.WEBHOOK_SECRET_ROTATED)


def disable_endpoint(endpoint: WebhookEndpoint) -> None:
    """Send nothing until the endpoint is enabled again; events that happen meanwhile are never sent to it."""
    with transaction.atomic():
        disable(endpoint, WebhookEndpoint.DisabledReason.SWITCHED_OFF)
        _record(endpoint, Kind.WEBHOOK_DISABLED)


@transaction.atomic
def enable_endpoint(endpoint: WebhookEndpoint) -> None:
    """Send again, starting with the deliveries that were pending when the endpoint was disabled."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        disabled_at=None, disabled_reason="", failing_since=None, paused_until=None
    )
    enqueue_delivery(endpoint.pk)
    _record(endpoint, Kind.WEBHOOK_ENABLED)


def delete_endpoint(endpoint: WebhookEndpoint) -> None:
    """Delete the endpoint with its log; who received which learners' data is kept."""
    # Committed first, so that no change to a ticket waits while a long log is deleted.
    disable(endpoint, WebhookEndpoint.DisabledReason.SWITCHED_OFF)
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
        if locked:
            note_disclosures(DeliveryAttempt.objects.filter(delivery__endpoint=locked))
            locked.delete()
            _record(endpoint, Kind.WEBHOOK_DELETED)


@transaction.atomic
def send_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Enqueue a test event and return its delivery. Raises ActionRefused if the endpoint is disabled."""
    _require_enabled(endpoint)
    delivery = WebhookDelivery.objects.create(
        team_id=endpoint.team_id,
        endpoint=endpoint,
        event=TEST,
        body=test_payload(timezone.now()),
    )
    _send_now(endpoint)
    return delivery


@transaction.atomic
def resend(delivery: WebhookDelivery) -> None:
    """Send the delivery again now, with all its retries. Raises ActionRefused if the endpoint is disabled."""
    _require_enabled(delivery.endpoint)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=WebhookDelivery.State.PENDING, attempts=0, next_attempt_at=Now()
    )
    _send_now(delivery.endpoint)


def _record(endpoint: WebhookEndpoint, kind: Kind, by: User | None = None) -> None:
    """Record it in the audit log by host only: the rest of the URL may contain a secret."""
    record_audit(endpoint.team_id, kind, by, about=urlsplit(endpoint.url).hostname or "")


def _require_enabled(endpoint: WebhookEndpoint) -> None:
    if not WebhookEndpoint.objects.enabled().filter(pk=endpoint.pk).exists():
        raise ActionRefused(_("The webhook is disabled. Turn it on first."))


def _send_now(endpoint: WebhookEndpoint) -> None:
    """Send without waiting for the end of a pause, since a person is trying it."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, paused_until__isnull=False).update(paused_until=None)
    enqueue_delivery(endpoint.pk)
