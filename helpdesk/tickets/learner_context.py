"""What the learner was doing before the help request: the best clue to the question, which Eduzz does not send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.courses.activities import ActivityKind, describe_step, headline_of
from helpdesk.courses.models import LearnerActivity
from helpdesk.tickets.models import Ticket
from helpdesk.ui.composed import TIME, ComposedQuery
from helpdesk.ui.relative_times import long_duration

STEPS_BEFORE, STEPS_AFTER = 10, 5
STEPS_SHOWN, STEPS_SHOWN_WITH_A_QUESTION = 5, 3  # initially, including the request
FEW_WORDS = 4  # of a title, where the whole text should have less than ten


@dataclass(frozen=True)
class LearnerContext:
    """The last step before the request, and how much of the course was done (percent) by then."""

    asked_at: datetime
    last_step: LearnerActivity | None = None
    progress: int | None = None

    @property
    def lesson(self) -> str:
        """The title of the lesson that the learner was in; empty if unknown."""
        return self.last_step.lesson_title if self.last_step else ""

    @cached_property
    def sentence(self) -> SafeString:
        """“Started Lesson 3, 4 minutes before asking”; empty if nothing is known."""
        step = self.last_step
        if step is None:
            return SafeString("")
        what = describe_step(step)
        if step.kind == ActivityKind.INACTIVE_STUDENT:
            return what
        time = long_duration(self.asked_at - step.occurred_at)
        return format_html(_("{what}, {time} before asking"), what=what, time=time)

    @cached_property
    def last_words(self) -> SafeString:
        """“Started Lesson 3, 4 minutes before”, with at most FEW_WORDS of the lesson's title; may be empty."""
        step = self.last_step
        if step is None:
            return SafeString("")
        what = describe_step(step, words=FEW_WORDS)
        if step.kind == ActivityKind.INACTIVE_STUDENT:
            return what
        return format_html(_("{what}, {time} before"), what=what, time=long_duration(self.asked_at - step.occurred_at))

    @cached_property
    def headline(self) -> SafeString:
        """“<b>Lesson 3</b> · started”, for a row of a list; empty if nothing is known."""
        return headline_of(self.last_step) if self.last_step else SafeString("")


@dataclass(frozen=True)
class TrailStep:
    """A step of the trail, timed relative to the help request."""

    what: SafeString
    offset: timedelta
    kind: str
    at: datetime
    is_early: bool = False

    @property
    def is_request(self) -> bool:
        """Whether the step is a help request, first or repeated."""
        return self.kind in {"asked", "again"}

    @property
    def when(self) -> str:
        """“4 minutes before”, “2 hours after”; empty for the request itself."""
        if self.kind == "asked":
            return ""
        if self.offset <= timedelta(0):
            return _("%s before") % long_duration(-self.offset)
        return _("%s after") % long_duration(self.offset)


def shorten(trail: list[TrailStep], *, has_question: bool) -> list[TrailStep]:
    """The trail, its steps marked `is_early` if hidden at first; fewer are shown if the learner stated the question."""
    shown = STEPS_SHOWN_WITH_A_QUESTION if has_question else STEPS_SHOWN
    request = next(place for place, step in enumerate(trail) if step.kind == "asked")
    return [replace(step, is_early=place <= request - shown) for place, step in enumerate(trail)]


# A step in the ticket's course or in none; if the ticket has no course, any. `_activity_in` says the same to the ORM.
IN_ITS_COURSE = "(step.course_id = coalesce(ticket.course_id, step.course_id) OR step.course_id IS NULL)"
# Raw SQL, since the ORM would spend as much time on composing it as the query takes for one ticket.
FIND_STEPS = f"""
    SELECT step.*, ticket.id AS of_ticket, (
        SELECT step.progress FROM courses_learneractivity step
        WHERE step.team_id = ticket.team_id AND step.learner_id = ticket.learner_id
            AND {IN_ITS_COURSE}
            AND step.occurred_at <= ticket.requested_at AND step.progress IS NOT NULL
        ORDER BY step.occurred_at DESC, step.id DESC LIMIT 1
    ) AS progress_by_then
    FROM tickets_ticket ticket LEFT JOIN LATERAL (
        SELECT * FROM courses_learneractivity step
        WHERE step.team_id = ticket.team_id AND step.learner_id = ticket.learner_id
            AND {IN_ITS_COURSE}
            AND step.occurred_at <= ticket.requested_at
        ORDER BY step.occurred_at DESC, step.id DESC LIMIT 1
    ) step ON true
    WHERE ticket.id = ANY(%s)
"""  # noqa: S608 - of a constant


def contexts_of(tickets: Iterable[Ticket]) -> dict[int, LearnerContext]:
    """The tickets' contexts by primary key, in one query."""
    by_pk = {ticket.pk: ticket for ticket in tickets}
    steps: Any = LearnerActivity.objects.raw(FIND_STEPS, [list(by_pk)])
    return {
        step.of_ticket: LearnerContext(
            by_pk[step.of_ticket].requested_at, step if step.pk else None, step.progress_by_then
        )
        for step in steps
    }


def activity_around(ticket: Ticket) -> QuerySet[LearnerActivity]:
    """The learner's activity in the ticket's course, or in all courses if it has none; newest first."""
    return _activity_in(ticket.team_id, ticket.learner_id, ticket.course_id)


def _activity_in(team: int, learner: int, course: int | None) -> QuerySet[LearnerActivity]:
    activity = LearnerActivity.objects.of_keys(team, learner)
    its_course = Coalesce(Value(course, IntegerField()), "course")
    return activity.filter(Q(course=its_course) | Q(course=None))


def _steps_around(team: int, learner: int, course: int, asked: datetime = TIME) -> QuerySet[LearnerActivity]:
    activity = _activity_in(team, learner, course)
    after = activity.filter(occurred_at__gt=asked).order_by("occurred_at", "pk")[:STEPS_AFTER]
    return activity.filter(occurred_at__lte=asked)[:STEPS_BEFORE].union(after, all=True)


_AROUND = ComposedQuery(_steps_around)


class Steps(NamedTuple):
    """The last steps before a request, newest first, and the first steps after it, oldest first."""

    before: list[LearnerActivity]
    after: list[LearnerActivity]


def steps_around(ticket: Ticket) -> Steps:
    """The steps around the request for the ticket's page: at most STEPS_BEFORE before it and STEPS_AFTER after it."""
    around: dict[str, Any] = {"team": ticket.team_id, "learner": ticket.learner_id, "course": ticket.course_id}
    steps = sorted(_AROUND.objects(**around, asked=ticket.requested_at), key=lambda step: (step.occurred_at, step.pk))
    before = [step for step in steps if step.occurred_at <= ticket.requested_at]
    return Steps(before[::-1], steps[len(before) :])


def context_of(ticket: Ticket, steps: Steps) -> LearnerContext:
    """The learner's context, from steps that were read already; queries the database only if these are not enough."""
    known = [step.progress for step in steps.before if step.progress is not None]
    if not known and len(steps.before) == STEPS_BEFORE:
        return contexts_of([ticket])[ticket.pk]
    return LearnerContext(ticket.requested_at, next(iter(steps.before), None), next(iter(known), None))


def trail_of(ticket: Ticket, steps: Steps, requests: Iterable[Ticket] = ()) -> list[TrailStep]:
    """The last steps up to the request, the request, repeated `requests`, and the steps after it, oldest first."""

    def step_at(what: SafeString, kind: str, at: datetime) -> TrailStep:
        return TrailStep(what, at - ticket.requested_at, kind, at)

    trail = [step_at(describe_step(step), step.kind, step.occurred_at) for step in reversed(steps.before)]
    trail.append(step_at(format_html("<b>{}</b>", _("Asked for help")), "asked", ticket.requested_at))
    later = [step_at(describe_step(step), step.kind, step.occurred_at) for step in steps.after]
    later += [
        step_at(format_html("<b>{}</b>", _("Asked again")), "again", request.requested_at) for request in requests
    ]
    return trail + sorted(later, key=lambda step: step.offset)
