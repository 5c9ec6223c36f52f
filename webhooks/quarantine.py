"""Signed events that match no key: kept for a while, and verified again when a key is added."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum, Window

from helpdesk.operations.clock import database_now
from webhooks.models import SigningKey, Source, UnverifiedDelivery
from webhooks.signature import is_signed_by
from webhooks.storage import store_event

# Anybody who knows a source's address can fill its quarantine, so it is small; the newest are kept.
MAX_NUMBER = 200
MAX_BYTES = 4 * 1024 * 1024
MAX_AGE = timedelta(days=7)


def quarantine(source_id: str, body: bytes, content_encoding: str, signature: str, received_at: datetime) -> None:
    """Keep the event; beyond the source's limits the oldest are deleted. Repetitions of a request are kept once."""
    UnverifiedDelivery.objects.bulk_create(
        [
            UnverifiedDelivery(
                source_id=source_id,
                body=body,
                content_encoding=content_encoding,
                size=len(body),
                signature=signature.lower(),
                digest=UnverifiedDelivery.digest_of(body, signature.lower()),
                received_at=received_at,
            )
        ],
        ignore_conflicts=True,
    )
    _make_room(source_id)


@transaction.atomic
def _make_room(source_id: str) -> None:
    """Enforce the limits, unless another request is doing so: a flood of requests must not queue for the lock."""
    if not Source.objects.filter(pk=source_id).skip_locked().values("pk").first():
        return
    kept = UnverifiedDelivery.objects.filter(source=source_id)
    newest_first = kept.order_by("-received_at", "-pk")
    sizes = newest_first.annotate(
        total=Window(Sum("size"), order_by=[F("received_at").desc(), F("pk").desc()])
    ).values_list("pk", "total")
    surplus = [pk for place, (pk, total) in enumerate(sizes) if place >= MAX_NUMBER or total > MAX_BYTES]
    if surplus:
        kept.filter(pk__in=surplus).delete()


def release(source: Source, key: SigningKey) -> int:
    """Verify the quarantine with the key, and store the events that it signed, oldest first; returns their number."""
    released = 0
    for unverified in UnverifiedDelivery.objects.filter(source=source).order_by("received_at", "pk"):
        body = bytes(unverified.body)
        if is_signed_by(body, unverified.signature, key.key):
            with transaction.atomic():
                store_event(source.team_id, source.pk, body, unverified.content_encoding, unverified.received_at)
                unverified.delete()
            released += 1
    if released:
        SigningKey.objects.filter(pk=key.pk).update(last_verified_at=database_now())
    return released


def forget_old() -> None:
    """Delete events older than MAX_AGE from the quarantine."""
    UnverifiedDelivery.objects.filter(received_at__lt=database_now() - MAX_AGE).delete()
