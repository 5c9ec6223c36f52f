"""What learners asked and how they liked the answers: known questions, first replies, topics, ratings.

Counts tickets that are not merged, so that each figure matches the list that it links to; ratings also count if the
ticket was merged since. If a ticket was resolved and rated twice, both ratings count, but the list has it once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk.conversations.models import QuestionRequest
from helpdesk.inbox.filters.form import ALL_OF_THESE
from helpdesk.reports import figures, metrics, rankings
from helpdesk.reports.tables import Cell, Table, count_cell, duration_cell, text_cell, with_share
from helpdesk.teams.names import People
from helpdesk.tickets.models import QuestionOrigin, Score, Topic

if TYPE_CHECKING:
    from helpdesk.reports.report import Report


def questions(report: Report, query: str) -> Table:
    """How many tickets have a known question, and how it became known; `query` is the inbox filter for the tickets."""
    all_tickets = report.figures.counts(figures.TICKETS, report.period).total()
    origins = report.figures.by_category(figures.KNOWN, report.period)
    known = origins.total()
    rows = [_share(_("Known"), known, all_tickets, f"{query}&question=known")]
    rows += [
        _share(origin.label, origins[origin.value], all_tickets, f"{query}&question={origin.value}")
        for origin in QuestionOrigin
    ]
    rows.append(_share(_("Not known"), all_tickets - known, all_tickets, f"{query}&question=unknown"))
    return Table(
        "questions",
        _("Known questions"),
        _("Tickets from this period whose question is known, and how it first became known."),
        [_("Question"), _("Tickets"), _("Share")],
        rows if all_tickets else [],
    )


def _share(name: Any, count: int, of: int, query: str) -> list[Cell]:
    percent = round(count * 100 / of) if of else 0
    return [text_cell(name), with_share(count_cell(count, query), of), Cell(f"{percent}%", percent)]


def first_reply(report: Report, query: str) -> Table:
    """How many first replies were sent, how many were answered and how soon, and why the others were not sent."""
    (wait,) = report.figures.percentiles([figures.FIRST_ANSWER], report.period, [metrics.MEDIAN])
    counts = report.figures.by_category(figures.FIRST_REPLIES, report.period)
    answered = counts.pop(figures.ANSWERED, 0)
    count = answered + counts.pop(figures.SENT, 0)
    not_sent = counts.total()
    all_decided = count + not_sent
    rows = [
        [
            *_share(pgettext("first replies", "Sent"), count, all_decided, f"{query}&first_reply=sent"),
            duration_cell(None),
        ],
        [*_share(_("Answered"), answered, count, f"{query}&first_reply=answered"), duration_cell(wait[0])],
        [*_share(_("Not answered"), count - answered, count, f"{query}&first_reply=unanswered"), duration_cell(None)],
        [
            *_share(pgettext("first replies", "Not sent"), not_sent, all_decided, f"{query}&first_reply=not_sent"),
            duration_cell(None),
        ],
        *(
            [
                *_share(QuestionRequest.Reason(reason).label, times, not_sent, f"{query}&first_reply={reason}"),
                duration_cell(None),
            ]
            for reason, times in counts.most_common()
        ),
    ]
    return Table(
        "first-reply",
        _("First reply"),
        _("Tickets from this period: answers as a share of what was sent, reasons as a share of what was not."),
        [_("First reply"), _("Tickets"), _("Share"), _("Median time to answer")],
        rows if all_decided else [],
    )


def topics(report: Report, query: str, *, by_lesson: bool) -> Table:
    """What tickets were about, by course, or by lesson within one course."""
    figure = figures.TOPICS_OF_LESSONS if by_lesson else figures.TOPICS_OF_COURSES
    counts = report.figures.counts(figure, report.period)
    totals: Counter[Any] = Counter()
    for (key, _topic), count in counts.items():
        totals[key] += count
    subject = (
        rankings.lessons_of(report.team, totals, is_of_one_course=True)
        if by_lesson
        else rankings.courses_of(report.team)
    )
    order = [key for key, _count in totals.most_common(None if report.is_complete else rankings.MOST)]
    most = max(counts.values(), default=0)
    return Table(
        "topics",
        _("What it is about"),
        _("Tickets from this period, by the topic that the learner or the team chose."),
        [subject.heading, *(str(topic.label) for topic in Topic)],
        [
            [
                subject.label(key),
                *(
                    with_share(
                        count_cell(counts[key, topic], f"{query}&{subject.query(key)}&topic={topic.value}"), most
                    )
                    for topic in Topic
                ),
            ]
            for key in order
        ],
    )


def satisfaction(report: Report, query: str) -> Table:
    """How learners rated the help in the period, by who had resolved the ticket, whatever happened to it since."""
    ratings = report.figures.counts(figures.RATINGS, report.period)
    counts = {(resolver, int(score)): count for (resolver, score), count in ratings.items()}
    people = People(report.team, {resolver for resolver, _score in counts})
    keys = sorted({resolver for resolver, _score in counts}, key=lambda key: (key is None, people.label(key) or ""))
    all_scores = Counter[int]()
    for (_resolver, score), count in counts.items():
        all_scores[score] += count
    rows = [_ratings(text_cell(ALL_OF_THESE, f"{query}&rating=rated"), all_scores, query)] if counts else []
    for key in keys:
        of_person = Counter({score: counts.get((key, score), 0) for score in Score.values})
        name = people.label(key) if key else _("Nobody on the team")
        rows.append(_ratings(text_cell(name), of_person, f"{query}&resolved_by={key or 'none'}"))
    return Table(
        "satisfaction",
        _("How learners rated the help"),
        _("All ratings in this period, by who had resolved the ticket, including tickets that were reopened since."),
        [_("Resolved by"), *(str(score.label) for score in reversed(Score)), _("Good")],
        rows,
    )


def _ratings(name: Cell, counts: Counter[int], query: str) -> list[Cell]:
    total = sum(counts.values())
    percent = round(counts[Score.GOOD] * 100 / total) if total else 0
    cells = [count_cell(counts[score], f"{query}&rating={score.name.lower()}") for score in reversed(Score)]
    return [name, *cells, Cell(f"{percent}%", percent)]
