"""A learner's activity as sessions: what they did without a long pause, including help requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.courses.activities import describe_step
from helpdesk.courses.models import LearnerActivity
from helpdesk.tickets.models import Ticket

GAP = timedelta(minutes=30)  # a longer pause starts a new session


@dataclass(frozen=True)
class Step:
    """An activity of the learner, or a help request with its ticket."""

    at: datetime
    what: SafeString
    kind: str
    comment: str = ""
    ticket: Ticket | None = None


@dataclass(frozen=True)
class ActivitySession:
    """Steps without a long pause between them, oldest first."""

    steps: list[Step]

    @property
    def start(self) -> datetime:
        """When the session began."""
        return self.steps[0].at

    @property
    def day(self) -> date:
        """The day on which the session began, in the current time zone."""
        return timezone.localtime(self.start).date()

    @property
    def duration(self) -> timedelta:
        """The time from the first step to the last."""
        return self.steps[-1].at - self.steps[0].at

    @property
    def asked(self) -> bool:
        """Whether the learner asked for help in this session."""
        return any(step.ticket for step in self.steps)


def sessions_of(activities: Iterable[LearnerActivity], tickets: Iterable[Ticket]) -> list[ActivitySession]:
    """The sessions, newest first, with steps from oldest to newest."""
    steps = [
        Step(activity.occurred_at, describe_step(activity), activity.kind, activity.comment_text)
        for activity in activities
    ]
    steps += [
        Step(ticket.requested_at, format_html("<b>{}</b>", _("Asked for help")), "asked", ticket=ticket)
        for ticket in tickets
    ]
    sessions: list[ActivitySession] = []
    for step in sorted(steps, key=lambda step: step.at):
        if sessions and step.at - sessions[-1].steps[-1].at <= GAP:
            sessions[-1].steps.append(step)
        else:
            sessions.append(ActivitySession([step]))
    return sessions[::-1]
