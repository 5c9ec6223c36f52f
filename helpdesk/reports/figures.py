"""Defines what reports count, once for both summarized days and tickets.

Requests are all help requests; tickets are those not merged into others. The first response is the first reply that a
person wrote to the learner, not an automatic one, one by a program, or a status change. If a figure depends on columns
of another table, or on further ticket columns, add a trigger in this room's migrations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay

from helpdesk.conversations.models import QuestionRequest, ShownGuess
from helpdesk.tickets.models.ticket_indexes import IS_DONE, IS_KNOWN
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet

NOT_MERGED = Q(merged_into__isnull=True)
IS_REQUEST = Q(is_request=True)  # in a course's report: its own requests, not tickets into which they were merged
FIRST_REPLY = NOT_MERGED & Q(question_requests__kind=QuestionRequest.Kind.FIRST)
IS_SENT = Q(question_requests__state=QuestionRequest.State.SENT)
IS_ANSWERED = IS_SENT & Q(question_requests__answered_at__isnull=False)
WEEKDAY_FACTOR = 100  # an hour of the week is encoded as weekday (Monday is 1) times this, plus the hour


class Percentile(Aggregate):
    """The value below which this fraction of the values lies."""

    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=str(float(fraction)), **extra)


class Microseconds(Func):
    """A time as a whole number."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


def during(field: str, periods: Iterable[Period]) -> Q:
    """The condition that this time of a ticket is in one of these periods."""
    found = Q()
    for period in periods:
        found |= Q(**{f"{field}__gte": period.start, f"{field}__lt": period.end})
    return found


@dataclass(frozen=True)
class Figure:
    """Counts tickets by a key, a category, or both, by the day of `at`: when they were requested, resolved or rated.

    A key is a number, such as a course's primary key; a category is a text, such as a topic. Summaries store the
    category in their column `word`.
    """

    name: str
    condition: Q
    key: Any = None
    category: Any = None
    at: str = "requested_at"

    def rows(self, tickets: TicketQuerySet, *by: Any) -> list[tuple[Any, ...]]:
        """Rows of the values of `by`, key, category and count."""
        keys = [expression for expression in (self.key, self.category) if expression is not None]
        rows = tickets.filter(self.condition).values_list(*by, *keys).annotate(Count("pk")).order_by()
        if self.key is None:
            return [(*row[:-2], None, row[-2], row[-1]) for row in rows]
        if self.category is None:
            return [(*row[:-1], "", row[-1]) for row in rows]
        return list(rows)


@dataclass(frozen=True)
class Measure:
    """The time from one event of a ticket to another, for tickets with both."""

    name: str
    condition: Q
    since: str
    until: str
    at: str = "requested_at"
    is_by_person: bool = False

    @property
    def duration(self) -> Any:
        """The time in between; zero if a clock was set back, so that the later event comes first."""
        passed = ExpressionWrapper(F(self.until) - F(self.since), output_field=DurationField())
        return Case(When(Q(**{f"{self.until}__lt": F(self.since)}), then=Value(timedelta(0))), default=passed)

    def rows(self, tickets: TicketQuerySet, *by: Any) -> list[tuple[Any, ...]]:
        """Rows of the values of `by`, the person, and all durations in microseconds."""
        has_both = Q(**{f"{self.until}__isnull": False, f"{self.since}__isnull": False})
        keys = [*by, "assignee"] if self.is_by_person else list(by)
        rows = tickets.filter(self.condition & has_both).values_list(*keys)
        rows = rows.annotate(durations=ArrayAgg(Microseconds(self.duration))).order_by()
        return list(rows) if self.is_by_person else [(*row[:-1], None, row[-1]) for row in rows]


HOUR_OF_WEEK = ExtractIsoWeekDay("requested_at") * WEEKDAY_FACTOR + ExtractHour("requested_at")
HAS_TOPIC = ~Q(topic="")
HAS_REASON = Q(question_requests__reason__gt="")
# The result of asking: ANSWERED, SENT, or the reason why nothing was sent.
SENT, ANSWERED = "sent", "answered"
FIRST_REPLY_RESULT = Case(
    When(IS_ANSWERED, then=Value(ANSWERED)), When(IS_SENT, then=Value(SENT)), default=F("question_requests__reason")
)
# How good a guess was: its first topic, another one, or none was right.
RIGHT_AT_FIRST, RIGHT, WRONG = 2, 1, 0
GUESS_RANK = Case(
    When(shown_guess__topics__0=F("topic"), then=Value(RIGHT_AT_FIRST)),
    When(ShownGuess.IS_RIGHT, then=Value(RIGHT)),
    default=Value(WRONG),
)
SCORE = Cast("ratings__score", CharField())

REQUESTS = Figure("requests", IS_REQUEST, HOUR_OF_WEEK)
COURSES = Figure("courses", IS_REQUEST, "course")
LESSONS = Figure("lessons", IS_REQUEST, "lesson")
TAGS = Figure("tags", IS_REQUEST & Q(tags__isnull=False), "tags")
TICKETS = Figure("tickets", NOT_MERGED, "assignee")
ASKED_AGAIN = Figure("asked_again", NOT_MERGED & Q(request_count__gt=1), "assignee")
KNOWN = Figure("known", IS_KNOWN, category="question_origin")
FIRST_REPLIES = Figure("first_replies", FIRST_REPLY & (IS_SENT | HAS_REASON), category=FIRST_REPLY_RESULT)
TOPICS_OF_COURSES = Figure("topics_of_courses", NOT_MERGED & HAS_TOPIC, "course", "topic")
TOPICS_OF_LESSONS = Figure("topics_of_lessons", NOT_MERGED & HAS_TOPIC, "lesson", "topic")
GUESSES = Figure("guesses", NOT_MERGED & ShownGuess.IS_TOLD, GUESS_RANK, "question_origin")
RESOLVED = Figure("resolved", IS_DONE, "assignee", at="resolved_at")
# Every rating counts, even if the ticket was reopened since, as often happens after a bad one. It belongs to whoever
# had resolved the ticket.
RATINGS = Figure("ratings_given", IS_REQUEST, "ratings__resolved_by", SCORE, at="ratings__created_at")
FIGURES = [
    REQUESTS,
    COURSES,
    LESSONS,
    TAGS,
    TICKETS,
    ASKED_AGAIN,
    KNOWN,
    FIRST_REPLIES,
    TOPICS_OF_COURSES,
    TOPICS_OF_LESSONS,
    GUESSES,
    RESOLVED,
    RATINGS,
]

RESPONSE = Measure("response", NOT_MERGED, "requested_at", "first_responded_at")
RESOLUTION = Measure("resolution", NOT_MERGED, "requested_at", "resolved_at")
RESOLUTION_BY_PERSON = Measure(
    "resolution_by_person", IS_DONE, "requested_at", "resolved_at", at="resolved_at", is_by_person=True
)
FIRST_ANSWER = Measure(
    "first_answer", FIRST_REPLY & IS_ANSWERED, "question_requests__decided_at", "question_requests__answered_at"
)
MEASURES = [RESPONSE, RESOLUTION, RESOLUTION_BY_PERSON, FIRST_ANSWER]
