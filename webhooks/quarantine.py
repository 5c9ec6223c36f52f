"""What was signed, but by a key that we do not have: kept for a while, and verified again when a key is added."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum, Window
from django.utils import timezone

from webhooks.models import Source, UnverifiedDelivery
from webhooks.processing import process_event
from webhooks.signature import is_signed_by

# Anybody who knows a source's address can fill its quarantine, so it is small; the newest are kept.
MAX_NUMBER = 200
MAX_BYTES = 4 * 1024 * 1024
MAX_AGE = timedelta(days=7)


@transaction.atomic
def quarantine(source: Source, body: bytes, signature: str, received_at: datetime) -> None:
    """Keep these bytes; the oldest give way where the source's caps are reached. A retry of the same is kept once."""
    Source.objects.select_for_update(no_key=True).only("pk").get(pk=source.pk)  # the caps hold under concurrency
    UnverifiedDelivery.objects.bulk_create(
        [
            UnverifiedDelivery(
                source=source,
                body=body,
                size=len(body),
                signature=signature.lower(),
                digest=UnverifiedDelivery.digest_of(body, signature.lower()),
                received_at=received_at,
            )
        ],
        ignore_conflicts=True,
    )
    kept = UnverifiedDelivery.objects.filter(source=source)
    kept.filter(received_at__lt=timezone.now() - MAX_AGE).delete()
    newest_first = kept.order_by("-received_at", "-pk")
    sizes = newest_first.annotate(
        total=Window(Sum("size"), order_by=[F("received_at").desc(), F("pk").desc()])
    ).values_list("pk", "total")
    surplus = [pk for place, (pk, total) in enumerate(sizes) if place >= MAX_NUMBER or total > MAX_BYTES]
    if surplus:
        kept.filter(pk__in=surplus).delete()


def release(source: Source, key: str) -> int:
    """Verify the quarantine again with a key, and process what it signed, oldest first; returns how many those were."""
    released = 0
    for unverified in UnverifiedDelivery.objects.filter(source=source).order_by("received_at", "pk"):
        body = bytes(unverified.body)
        if is_signed_by(body, unverified.signature, key):
            with transaction.atomic():
                process_event(source, body, unverified.received_at)
                unverified.delete()
            released += 1
    return released
