"""What each filter requires of a ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.db.models.lookups import Exact
from django.utils import timezone

from helpdesk.conversations.models import QuestionRequest, Rating, ShownGuess
from helpdesk.inbox.fields import NONE
from helpdesk.inbox.filters.form import (
    ANSWERED,
    KNOWN,
    NOT_SENT,
    RATED,
    REASONS,
    RIGHT,
    TOPIC_KNOWN,
    UNANSWERED,
    UNKNOWN,
    WRONG,
    TicketFilterForm,
)
from helpdesk.inbox.states import in_state
from helpdesk.tickets import merged_tickets
from helpdesk.tickets.models import UNFINISHED_STATUSES, Score, Ticket
from helpdesk.tickets.querysets import TicketQuerySet

LAST_DAY = date(9999, 12, 30)  # the day before date.max, so that a day can still be added
CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "priority": lambda priority: Q(priority=priority),
    "again": lambda _yes: Q(request_count__gt=1),
    "topic": lambda topic: Q(topic=topic),
    "question": lambda value: _of_question(value),
    "first_reply": lambda value: _of_first_reply(value),
    "awaiting": lambda _yes: Q(awaiting_reply_since__isnull=False, status__in=UNFINISHED_STATUSES),
    "guess": lambda value: _of_guess(value),
    "failed": lambda _yes: Q(sending_failed_at__isnull=False),
    "requested_from": lambda day: Q(requested_at__gte=_midnight(day)),
    "requested_to": lambda day: Q(requested_at__lt=_midnight_after(day)),
    "resolved_from": lambda day: Q(resolved_at__gte=_midnight(day)),
    "resolved_to": lambda day: Q(resolved_at__lt=_midnight_after(day)),
    "weekday": lambda day: Q(Exact(ExtractIsoWeekDay("requested_at"), day)),
    "hour": lambda hour: Q(Exact(ExtractHour("requested_at"), hour)),
}


def filtered_tickets(form: TicketFilterForm) -> TicketQuerySet:
    """The tickets that match the filters, ignoring the search, unordered; none if the form has errors."""
    tickets = Ticket.objects.for_team(form.team)
    if form.errors:
        return tickets.none()
    shows_merged = bool(form.value("folded"))
    if not shows_merged:
        tickets = in_state(tickets, form.state)
    if assignee := form.value("assignee"):
        me = form.user.pk if form.user else None
        tickets = tickets.assigned_to({"me": me, "none": None}.get(assignee, assignee))
    conditions = [
        condition(value) for field, condition in CONDITIONS.items() if (value := form.value(field)) is not None
    ]
    return tickets.filter(*conditions, *_subjects(form, shows_merged), *_ratings(form))


def _subjects(form: TicketFilterForm, shows_merged: bool) -> list[Q]:
    """The conditions for course, lesson, producer and tag.

    If merged tickets are not listed, tickets also match by those that were merged into them.
    """
    found = []
    for field in ("course", "lesson", "producer"):
        if (value := form.value(field)) is not None:
            value = None if value == NONE else value
            found.append(Q(**{field: value}) if shows_merged else merged_tickets.asked_about(form.team, field, value))
    if tag := form.value("tag"):
        found.append(Q(tags=tag) if shows_merged else merged_tickets.tagged(tag))
    return found


def _ratings(form: TicketFilterForm) -> list[Q]:
    """The condition that the learner gave this rating, on these days, for help by this member.

    What happened to the ticket since does not matter.
    """
    asked = [form.value(field) for field in ("rating", "rated_from", "rated_to", "resolved_by")]
    if asked == [None] * len(asked):
        return []
    score, first, last, resolver = asked
    ratings = Rating.objects.filter(ticket=OuterRef("pk"))
    if score not in {None, RATED}:
        ratings = ratings.filter(score=Score[score.upper()])
    if first is not None:
        ratings = ratings.filter(created_at__gte=_midnight(first))
    if last is not None:
        ratings = ratings.filter(created_at__lt=_midnight_after(last))
    if resolver is not None:
        me = form.user.pk if form.user else None
        ratings = ratings.filter(resolved_by={"me": me, "none": None}.get(resolver, resolver))
    return [Q(Exists(ratings))]


def _of_question(value: str) -> Q:
    """Tickets whose question is known, is not known, or became known in this way."""
    if value in {KNOWN, UNKNOWN}:
        return Q(question_known_at__isnull=value == UNKNOWN)
    return Q(question_origin=value)


def _of_first_reply(value: str) -> Q:
    """Tickets by their first reply: sent, answered, not answered, or not sent (for this reason)."""
    requests = QuestionRequest.objects.filter(ticket=OuterRef("pk"), kind=QuestionRequest.Kind.FIRST)
    state = QuestionRequest.State.NOT_SENT if value in {NOT_SENT, *REASONS} else QuestionRequest.State.SENT
    if value in REASONS:
        requests = requests.filter(reason=value)
    elif value in {ANSWERED, UNANSWERED}:
        requests = requests.filter(answered_at__isnull=value == UNANSWERED)
    return Q(Exists(requests.filter(state=state)))


def _of_guess(value: str) -> Q:
    """Tickets with guesses whose topic became known since, and whether a guess was right."""
    return {
        TOPIC_KNOWN: ShownGuess.IS_TOLD,
        RIGHT: ShownGuess.IS_TOLD & ShownGuess.IS_RIGHT,
        WRONG: ShownGuess.IS_TOLD & ~ShownGuess.IS_RIGHT,
    }[value]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _midnight_after(day: date) -> datetime:
    return _midnight(min(day, LAST_DAY) + timedelta(days=1))
