"""Notifies a member in their browsers, or by e-mail if no browser's push service accepts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from helpdesk.notifications.models import Channel, NotificationKind, PushKey, PushSubscription
from helpdesk.notifications.push.messages import PushMessage, messages_for, test_message
from helpdesk.notifications.push.push_service import PushResult, PushStatus, send
from helpdesk.operations.clock import database_now
from helpdesk.operations.outgoing.http_client import Sender, sender
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership, User

# The delay after each attempt, unless the push service asks for more.
RETRY_DELAYS = [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5)]
LONGEST_WAIT = timedelta(minutes=30)  # beyond this, an e-mail is more useful
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
DROPPED_AFTER = timedelta(days=7)  # of failures only


@dataclass(frozen=True)
class Push:
    """A notification for a member; from the second attempt on, with the browsers that are left."""

    membership_id: int
    kind: NotificationKind
    ticket_ids: list[int]
    attempt: int = 0
    subscription_ids: list[int] | None = None
    is_taken: bool = False  # by the push service of at least one browser


@dataclass
class Result:
    """The result of an attempt: what to try `again`, and `after` how long."""

    again: Push | None = None
    after: timedelta = field(default_factory=timedelta)
    needs_email: bool = False


def send_push(push: Push) -> Result:
    """Notify the member in each of their browsers, if they still want it."""
    results, now = _send_all(push), database_now()
    later = {
        pk: result for pk, result in results.items() if result.status in {PushStatus.DEFERRED, PushStatus.UNREACHED}
    }
    is_taken = push.is_taken or any(result.status == PushStatus.TAKEN for result in results.values())
    after = _wait(push.attempt, later.values()) if later else None
    for pk, result in results.items():
        if pk not in later or after is None:
            _note(pk, result, now)
    if after is not None:
        left = replace(push, attempt=push.attempt + 1, subscription_ids=list(later), is_taken=is_taken)
        return Result(again=left, after=after)
    return Result(needs_email=not is_taken)


def send_test(user: User) -> None:
    """Send a test notification to each of the person's browsers."""
    key, now = PushKey.objects.first(), database_now()
    if key is None:
        return
    with (
        translation.override(user.language or settings.LANGUAGE_CODE),
        sender(allows_private=settings.PUSH_ALLOW_PRIVATE_ADDRESSES) as connected,
    ):
        for subscription in user.push_subscriptions.all():
            _note(subscription.pk, send(subscription, test_message(), key, connected), now)


def _find_membership(push: Push) -> Membership | None:
    wants = {push.kind.field_of(Channel.PUSH): True}
    found = Membership.objects.select_related("team", "user").filter(pk=push.membership_id, user__is_active=True)
    return found.filter(**wants).first()


def _subscriptions(membership: Membership, push: Push) -> list[PushSubscription]:
    """The member's browsers for this attempt that are not paused."""
    found = membership.user.push_subscriptions.all()
    if push.subscription_ids is not None:
        found = found.filter(pk__in=push.subscription_ids)
    now = database_now()
    return [subscription for subscription in found if not subscription.is_paused(now)]


def _send_all(push: Push) -> dict[int, PushResult]:
    """The result for each browser, by the subscription's primary key."""
    key, membership = PushKey.objects.first(), _find_membership(push)
    if key is None or membership is None:
        return {}
    subscriptions = _subscriptions(membership, push)
    with localized_for(membership), sender(allows_private=settings.PUSH_ALLOW_PRIVATE_ADDRESSES) as connected:
        messages = messages_for(membership, push.kind, push.ticket_ids)
        return {each.pk: _send_messages(each, messages, key, connected) for each in subscriptions} if messages else {}


def _send_messages(
    subscription: PushSubscription, messages: Iterable[PushMessage], key: PushKey, connected: Sender
) -> PushResult:
    """Send the messages until one fails; returns that result, or else the last one."""
    result = PushResult(PushStatus.REFUSED)
    for message in messages:
        result = send(subscription, message, key, connected)
        if result.status != PushStatus.TAKEN:
            break
    return result


def _wait(attempt: int, results: Iterable[PushResult]) -> timedelta | None:
    """How long to wait before the next attempt; None if there is none."""
    if attempt >= len(RETRY_DELAYS):
        return None
    wait = max(RETRY_DELAYS[attempt], *(result.retry_after for result in results))
    return wait if wait <= LONGEST_WAIT else None


def _note(pk: int, result: PushResult, now: datetime) -> None:
    """Record the result: a failing subscription is paused, for longer each time, and finally deleted."""
    found = PushSubscription.objects.filter(pk=pk)
    if result.status == PushStatus.TAKEN:
        found.update(used_at=now, failing_since=None, paused_until=None)
        return
    failing_since = found.values_list("failing_since", flat=True).first() or now
    failing_for = now - failing_since
    if result.status == PushStatus.GONE or failing_for > DROPPED_AFTER:
        found.delete()
        return
    pause = min(max(failing_for, SHORTEST_PAUSE), LONGEST_PAUSE)
    found.update(failing_since=failing_since, paused_until=now + max(pause, result.retry_after))
