"""Whether what Eduzz sends is processed: for the banner, the pages of sources and the health check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.models import Membership, Team
from helpdesk.teams.roles import Permission
from helpdesk.ui.banners import Banner
from webhooks.models import Delivery, Source
from webhooks.querysets import DeliveryQuerySet

LATE = timedelta(minutes=1)  # that a delivery may wait before somebody should know
COUNTED_AT_MOST = 100


def waiting_of(deliveries: DeliveryQuerySet) -> tuple[int, datetime | None]:
    """How many are still to be processed, up to COUNTED_AT_MOST, and when the oldest of these came (UTC)."""
    received = list(deliveries.waiting().values_list("received_at", flat=True)[:COUNTED_AT_MOST])
    return len(received), min(received, default=None)


def check() -> dict[str, Any]:
    """For the health check: how many wait, up to COUNTED_AT_MOST, and for how many seconds the oldest does."""
    waiting, since = waiting_of(Delivery.objects.all())
    age = (timezone.now() - since).total_seconds() if since else 0
    return {"is_ok": age < LATE.total_seconds(), "waiting": waiting, "oldest_seconds": round(age)}


def failed_count(source: Source) -> int:
    """How many failed for good within the last week; COUNTED_AT_MOST stands for that many or more."""
    return Delivery.objects.filter(source=source).failed_lately()[:COUNTED_AT_MOST].count()


def banners(membership: Membership) -> Iterator[Banner]:
    """That events wait for too long, or have failed."""
    team = membership.team
    _count, since = waiting_of(Delivery.objects.for_team(team))
    if since and since < timezone.now() - LATE:
        yield _late(since)
    if membership.can(Permission.DELIVERY_VIEW):
        yield from _failed(team)


def _late(since: datetime) -> Banner:
    minutes = int((timezone.now() - since).total_seconds() // 60)
    text = ngettext(
        "Events from Eduzz have been waiting for %(count)s minute; new calls for help appear late. Nothing is lost.",
        "Events from Eduzz have been waiting for %(count)s minutes; new calls for help appear late. Nothing is lost.",
        minutes,
    )
    return Banner("warning", text % {"count": minutes})


def _failed(team: Team) -> Iterator[Banner]:
    for source in Source.objects.for_team(team).filter(deliveries__in=Delivery.objects.failed_lately()).distinct():
        count = failed_count(source)
        text = ngettext(
            "%(count)s event from Eduzz could not be processed.",
            "%(count)s events from Eduzz could not be processed.",
            count,
        ) % {"count": f"{count}+" if count == COUNTED_AT_MOST else count}
        yield Banner(
            "error",
            text,
            _("See why, and try again"),
            reverse("deliveries", args=[team.slug, source.pk]) + "?outcome=failed",
        )
