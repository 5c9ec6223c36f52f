"""The browsers in which somebody is told: how one is added, and what ends it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from helpdesk.notifications.models import PushSubscription
from helpdesk.teams.browsers import browser_name
from helpdesk.teams.models import Team, User
from helpdesk.teams.session_ends import SessionData

MOST = 10  # browsers of a person; beyond that the one that was added first goes
IN_SESSION = "push_subscription"


@transaction.atomic
def subscribe(request: HttpRequest, user: User, endpoint: str, public_key: str, secret: str) -> PushSubscription:
    """Have the person told in the browser that asks, and in nobody else's name any more there."""
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
    """Have this session, as after a new login, be the one with which the browser's ends; False where it has ended."""
    found = request.user.push_subscriptions.filter(endpoint=endpoint.replace("\0", "")[:1000]).first()
    if found and request.session.get(IN_SESSION) != found.pk:
        request.session[IN_SESSION] = found.pk
    return found is not None


def this_browsers(request: Any) -> PushSubscription | None:
    """The one of the browser that asks, where the person is told in it."""
    pk = request.session.get(IN_SESSION)
    return PushSubscription.objects.filter(pk=pk, user=request.user).first() if pk else None


def end_this_browsers(session: SessionData) -> None:
    """Where a session ends, nobody is told anything more."""
    if pk := session.get(IN_SESSION):
        PushSubscription.objects.filter(pk=pk).delete()


def end_other_browsers(request: HttpRequest, user: User) -> None:
    """Where the person's sessions have ended, they are told nothing more."""
    is_theirs = getattr(request, "user", None) == user
    kept = request.session.get(IN_SESSION, 0) if is_theirs else 0
    user.push_subscriptions.exclude(pk=kept).delete()


def end_orphaned(_team: Team | None) -> None:
    """Those who are in no team any more, or may not log in, are told nothing more."""
    PushSubscription.objects.orphaned().delete()
