"""Reads of learner activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from helpdesk.teams.querysets import TeamQuerySet

if TYPE_CHECKING:
    from helpdesk.courses.models import Learner, LearnerActivity


class ActivityQuerySet(TeamQuerySet["LearnerActivity"]):
    """What learners did."""

    def of(self, learner: Learner) -> Self:
        """Everything this learner did, newest first."""
        return self.filter(team_id=learner.team_id, learner=learner).order_by("-occurred_at", "-pk")
