"""Queries on browsers that receive notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from helpdesk.teams.models import Membership, User

if TYPE_CHECKING:
    from helpdesk.notifications.models import PushSubscription


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Queries on browsers that receive notifications."""

    def orphaned(self) -> Self:
        """Subscriptions of people who are in no team any more, or may not log in."""
        return self.filter(Q(user__is_active=False) | ~Exists(Membership.objects.filter(user=OuterRef("user"))))

    def visible_to(self, user: Any) -> Self:
        """Subscriptions that this staff user may see: all for a superuser, else those of people in their teams."""
        return self.all() if user.is_superuser else self.filter(user__in=User.objects.visible_to(user))
