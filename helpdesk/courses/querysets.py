"""Reads of learner activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.keyset import Order

if TYPE_CHECKING:
    from helpdesk.courses.models import Learner, LearnerActivity

NEWEST_FIRST = Order(("occurred_at", "id"), is_descending=True)


class ActivityQuerySet(TeamQuerySet["LearnerActivity"]):
    """What learners did."""

    def of(self, learner: Learner) -> Self:
        """Everything this learner did, newest first."""
        return NEWEST_FIRST.sort(self.filter(team_id=learner.team_id, learner=learner))
