"""Reads of learner activity."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleLessThan

from helpdesk.teams.querysets import TeamQuerySet

if TYPE_CHECKING:
    from helpdesk.courses.models import Learner, LearnerActivity


class ActivityQuerySet(TeamQuerySet["LearnerActivity"]):
    """What learners did."""

    def of(self, learner: Learner) -> Self:
        """Everything this learner did, newest first."""
        return self.filter(team_id=learner.team_id, learner=learner).order_by("-occurred_at", "-pk")

    def before(self, occurred_at: datetime, pk: int) -> Self:
        """The rows that follow this place where the newest come first."""
        return self.filter(TupleLessThan((F("occurred_at"), F("pk")), (occurred_at, pk)))
