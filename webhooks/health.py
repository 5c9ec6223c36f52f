"""Whether events from Eduzz come in and are processed: for banners, sources' pages, e-mails and the health check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.ui.banners import Banner
from helpdesk.ui.capped_counts import capped_label, count_up_to
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.isolation import isolated_text
from webhooks.models import Delivery, SigningKey, Source, UnverifiedDelivery, is_late
from webhooks.querysets import SourceQuerySet

COUNTED_AT_MOST = 100
FAILED_LATELY = "outcome=failed&finished=lately"  # the log's query for what `failed_count` counts
CHECKED_AT_MOST = 10_000


def with_waited(sources: SourceQuerySet) -> SourceQuerySet:
    """Annotate `waited`: how long the oldest waiting delivery has waited, by the database's clock; None without any."""
    waiting = Delivery.objects.filter(source=OuterRef("pk")).longest_waiting_first()
    facts: dict[str, Any] = {"waited": Now() - Subquery(waiting.values("waiting_since")[:1])}
    return sources.annotate(**facts)


def longest_wait(sources: SourceQuerySet) -> timedelta | None:
    """How long the oldest waiting delivery of these sources has waited; None if none waits."""
    longest: timedelta | None = with_waited(sources).aggregate(longest=Max("waited"))["longest"]
    return longest


def check() -> dict[str, Any]:
    """For the health check: how many deliveries wait, for how many seconds the oldest has, and whether that is fine."""
    waiting = count_up_to(Delivery.objects.waiting(), CHECKED_AT_MOST)
    waited = longest_wait(Source.objects.all())
    return {
        # If the oldest has waited since a time in the future, the clock was set back, and its real wait is unknown.
        "is_ok": not is_late(waited) and not (waited and is_late(-waited)),
        "waiting": min(waiting, CHECKED_AT_MOST),
        "has_more": waiting > CHECKED_AT_MOST,
        "oldest_seconds": max(0, round(waited.total_seconds())) if waited else 0,
    }


def waiting_count(source: Source) -> int:
    """How many of the source's deliveries wait; COUNTED_AT_MOST + 1 if there are more than COUNTED_AT_MOST."""
    return count_up_to(Delivery.objects.filter(source=source).longest_waiting_first(), COUNTED_AT_MOST)


def failed_count(source: Source) -> int:
    """How many of the source's deliveries failed for good in the last week, counted in the same way."""
    return count_up_to(Delivery.objects.filter(source=source).failed_recently(), COUNTED_AT_MOST)


def counted(count: int) -> str:
    """Such a number as shown; “100+” for any number above COUNTED_AT_MOST."""
    return capped_label(count, COUNTED_AT_MOST)


def with_health(sources: SourceQuerySet) -> SourceQuerySet:
    """Annotate what `Source.health` and the properties built on it need, in one query."""
    of_source = {"source": OuterRef("pk")}
    deliveries = Delivery.objects.filter(**of_source)
    used_keys = SigningKey.objects.filter(last_verified_at__isnull=False, **of_source).order_by("-last_verified_at")
    quarantined = UnverifiedDelivery.objects.filter(**of_source).values("source").annotate(count=Count("pk"))
    facts: dict[str, Any] = {
        "has_live_key": Exists(SigningKey.objects.live().filter(**of_source)),
        "last_key_used_at": Subquery(used_keys.values("last_verified_at")[:1]),
        "last_used_key_retired_at": Subquery(used_keys.values("retired_at")[:1]),
        "quarantined_count": Coalesce(Subquery(quarantined.values("count")), 0),
        "last_delivery_at": Subquery(deliveries.filter(is_test=False).newest_first().values("received_at")[:1]),
        "has_failed": Exists(deliveries.failed_recently()),
        "team_takes_calls": Exists(Source.objects.enabled().filter(team=OuterRef("team"))),
    }
    return with_waited(sources.annotate(**facts))


def sources_of(membership: Membership) -> list[Source]:
    """The team's sources with their health, read once per request; none if the member may not see them."""
    if not membership.can(Permission.SOURCE_VIEW):
        return []
    if not hasattr(membership, "_sources"):
        membership._sources = _OF_TEAM.objects(team=membership.team_id)  # type: ignore[attr-defined]
    sources: list[Source] = membership._sources  # type: ignore[attr-defined]
    for source in sources:
        source.team = membership.team
    return sources


_OF_TEAM = ComposedQuery(lambda team: with_health(Source.objects.for_team(team)))
_WAITED = ComposedQuery(lambda team: with_waited(Source.objects.for_team(team)).values_list("waited"))  # type: ignore[misc] # it is annotated


def problem_of(source: Source) -> str:
    """What keeps help requests from coming in through the source, as a sentence; empty if nothing does."""
    health, name = source.trouble, {"source": isolated_text(source)}
    if health == Source.Health.OFF and source.is_called_while_off:
        return _("%(source)s is turned off, but Eduzz still sends events: they are refused.") % name
    if health == Source.Health.OFF:
        return _("%(source)s is turned off, and no other source is on: no help requests come in.") % name
    if health == Source.Health.NO_KEY:
        return _("%(source)s no longer has a key: nothing that Eduzz sends is accepted.") % name
    if health == Source.Health.QUARANTINED:
        return _in_quarantine(source)
    if health == Source.Health.REJECTING:
        reason = source.get_last_rejection_display()
        return _("The latest request through %(source)s was refused: %(reason)s.") % (name | {"reason": reason})
    if health == Source.Health.DELAYED and source.waited:
        return late_sentence(source.waited)
    if health == Source.Health.SILENT and source.last_authentic_at:
        days = (timezone.now() - source.last_authentic_at).days
        return ngettext(
            "Nothing has arrived through %(source)s for %(count)s day. Check in the Eduzz console that it still "
            "sends events.",
            "Nothing has arrived through %(source)s for %(count)s days. Check in the Eduzz console that it still "
            "sends events.",
            days,
        ) % (name | {"count": days})
    return ""


def _in_quarantine(source: Source) -> str:
    return ngettext(
        "%(count)s event arrived through %(source)s, signed with a key we do not have. It is kept for a week.",
        "%(count)s events arrived through %(source)s, signed with a key we do not have. They are kept for a week.",
        source.quarantined_count,
    ) % {"count": source.quarantined_count, "source": isolated_text(source)}


def banners(membership: Membership) -> Iterator[Banner]:
    """Banners about events that wait too long or have failed, and about sources through which none come in."""
    sources = sources_of(membership)
    if membership.can(Permission.SOURCE_VIEW):
        waits = [source.waited for source in sources]
    else:
        waits = [waited for (waited,) in _WAITED.rows(team=membership.team_id)]
    waited = max(filter(None, waits), default=None)
    if waited and is_late(waited):
        yield Banner("warning", late_sentence(waited))
    for source in sources:
        if source.trouble != Source.Health.DELAYED and (problem := problem_of(source)):
            level = "error" if source.is_in_grave_trouble else "warning"
            yield Banner(level, problem, *_way_out(source, source.trouble))
        if source.quarantined_count and source.trouble != Source.Health.QUARANTINED:
            yield Banner("error", _in_quarantine(source), *_way_out(source, Source.Health.QUARANTINED))
        if source.has_failed:
            yield _failed(source)


def _way_out(source: Source, trouble: Source.Health | None) -> tuple[str, str]:
    """The label and the address of the link to where the trouble can be fixed."""
    if trouble == Source.Health.QUARANTINED:
        return _("View them and add the key"), reverse("quarantine", args=[source.team.slug, source.pk])
    return _("View the source"), reverse("source", args=[source.team.slug, source.pk])


def late_sentence(waited: timedelta) -> str:
    """A sentence about how long events have been waiting."""
    minutes = int(waited.total_seconds() // 60)
    text = ngettext(
        "Events from Eduzz have been waiting for %(count)s minute; new help requests appear late. Nothing is lost.",
        "Events from Eduzz have been waiting for %(count)s minutes; new help requests appear late. Nothing is lost.",
        minutes,
    )
    return text % {"count": minutes}


def _failed(source: Source) -> Banner:
    count = failed_count(source)
    text = ngettext(
        "%(count)s event from Eduzz could not be processed.",
        "%(count)s events from Eduzz could not be processed.",
        count,
    ) % {"count": counted(count)}
    path = reverse("deliveries", args=[source.team.slug, source.pk])
    return Banner("error", text, _("See why, and try again"), f"{path}?{FAILED_LATELY}")
