"""How long learners' activity is kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy.retention import Retained


def due(team_id: int, before: datetime) -> QuerySet[LearnerActivity]:
    """The team's activity from before this time, oldest first."""
    return LearnerActivity.objects.filter(team=team_id, occurred_at__lt=before).order_by("occurred_at", "pk")


def forget(pks: list[int]) -> None:
    """Delete the activity; reports do not need it."""
    LearnerActivity.objects.filter(pk__in=pks).delete()


RETAINED = [
    Retained(
        "activities",
        _("Learner activity"),
        _("Lessons watched, comments, ratings and progress. Tickets and reports stay as they are."),
        2 * 365,
        due,
        forget,
    )
]
