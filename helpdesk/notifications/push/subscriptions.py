"""Browsers that receive notifications: how they subscribe, and what ends that."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from helpdesk.notifications.models import PushSubscription
from helpdesk.teams.browsers import browser_name
from helpdesk.teams.models import Team, User
from helpdesk.teams.session_ends import SessionData

MOST = 10  # browsers per person; beyond that, the first one added is dropped
IN_SESSION = "push_subscription"


@transaction.atomic
def subscribe(request: HttpRequest, user: User, endpoint: str, public_key: str, secret: str) -> PushSubscription:
    """Send the user's notifications to the requesting browser, and no other person's any more."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    subscription, _is_new = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "user": user,
            "public_key": public_key,
            "secret": secret,
            "browser": browser_name(request.headers.get("User-Agent", "")),
            "failing_since": None,
            "paused_until": None,
        },
    )
    kept = user.push_subscriptions.exclude(pk=subscription.pk).order_by("-pk").values_list("pk", flat=True)[: MOST - 1]
    user.push_subscriptions.exclude(pk__in=[subscription.pk, *kept]).delete()
    request.session[IN_SESSION] = subscription.pk
    return subscription


def adopt(request: Any, endpoint: str) -> bool:
    """Tie the browser's subscription to this session, as after a new login; returns False if it has ended."""
    found = request.user.push_subscriptions.filter(endpoint=endpoint.replace("\0", "")[:1000]).first()
    if found and request.session.get(IN_SESSION) != found.pk:
        request.session[IN_SESSION] = found.pk
    return found is not None


def this_browsers(request: Any) -> PushSubscription | None:
    """The requesting browser's subscription, if the user has one there."""
    pk = request.session.get(IN_SESSION)
    return PushSubscription.objects.filter(pk=pk, user=request.user).first() if pk else None


def end_this_browsers(session: SessionData) -> None:
    """End the subscription of the browser whose session ends."""
    if pk := session.get(IN_SESSION):
        PushSubscription.objects.filter(pk=pk).delete()


def end_other_browsers(request: HttpRequest, user: User) -> None:
    """End the user's subscriptions; only that of the current session stays, if it is theirs."""
    is_theirs = getattr(request, "user", None) == user
    kept = request.session.get(IN_SESSION, 0) if is_theirs else 0
    user.push_subscriptions.exclude(pk=kept).delete()


def end_orphaned(_team: Team | None) -> None:
    """End the subscriptions of people who are in no team any more, or may not log in."""
    PushSubscription.objects.orphaned().delete()
