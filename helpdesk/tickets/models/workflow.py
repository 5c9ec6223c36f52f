"""The statuses of tickets and the transitions between them; priorities and urgency."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy


class Status(models.TextChoices):
    """Where a ticket stands in its workflow."""

    NEW = "new", pgettext_lazy("ticket status", "New")
    OPEN = "open", pgettext_lazy("ticket status", "Open")
    PENDING = "pending", pgettext_lazy("ticket status", "Waiting on the learner")
    ON_HOLD = "on_hold", pgettext_lazy("ticket status", "On hold")
    RESOLVED = "resolved", pgettext_lazy("ticket status", "Resolved")
    CLOSED = "closed", pgettext_lazy("ticket status", "Closed")


OPEN_STATUSES = [Status.NEW, Status.OPEN]
PAUSED_STATUSES = [Status.PENDING, Status.ON_HOLD]
UNFINISHED_STATUSES = [*OPEN_STATUSES, *PAUSED_STATUSES]
DONE_STATUSES = [Status.RESOLVED, Status.CLOSED]
CHOOSABLE_STATUSES = [status for status in Status if status != Status.NEW]  # no ticket becomes new again

# A resolved ticket can be closed or reopened, and a closed one reopened.
NEXT_STATUSES: dict[str, list[Status]] = {
    Status.NEW: [Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED],
    Status.OPEN: [Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED],
    Status.PENDING: [Status.OPEN, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED],
    Status.ON_HOLD: [Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED],
    Status.RESOLVED: [Status.OPEN, Status.CLOSED],
    Status.CLOSED: [Status.OPEN],
}


class Urgency(models.IntegerChoices):
    """The ticket's group in the inbox, from its status, priority and repeated requests; lower comes first."""

    URGENT = 0, gettext_lazy("Urgent")
    ASKED_AGAIN = 1, pgettext_lazy("learners", "Asked again")
    HIGH = 2, gettext_lazy("High priority")
    NORMAL = 3, gettext_lazy("On time")
    LOW = 4, gettext_lazy("Low priority")
    WAITING = 5, gettext_lazy("Waiting on the learner or someone else")


class Priority(models.IntegerChoices):
    """How important a ticket is; higher comes first."""

    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")
    URGENT = 4, pgettext_lazy("priority", "Urgent")
