"""What was signed, but by a key that we do not have: kept for a while, and verified again when a key is added."""

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
    """Keep these bytes; the oldest give way where the source's caps are reached. A retry of the same is kept once."""
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
    """Hold the caps. One request at a time does so for all: a flood of them is not to wait for each other."""
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
    """Verify the quarantine again with a key, and store what it signed, oldest first; returns how many those were."""
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
    """Nothing that cannot be verified is kept longer than MAX_AGE."""
    UnverifiedDelivery.objects.filter(received_at__lt=database_now() - MAX_AGE).delete()
