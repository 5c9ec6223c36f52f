"""What learners asked about most: a table of courses, lessons or tags, with links to the tickets behind each bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from helpdesk.courses.models import Lesson
from helpdesk.courses.names import course_labels
from helpdesk.inbox.period_query_strings import requests_query
from helpdesk.reports.tables import Cell, Table, count_cell, text_cell, with_share
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Tag
from helpdesk.tickets.periods import Period

MOST = 15  # rows of an abridged table


@dataclass(frozen=True)
class Subject:
    """Courses, lessons or tags: the name for each key, and the inbox filter for it."""

    name: str
    title: str
    note: str
    heading: str
    others: str
    label: Callable[[Any], Cell]
    query: Callable[[Any], str]


def ranking(
    subject: Subject,
    counts: Mapping[Any, int],
    before: Mapping[Any, int],
    period: Period,
    *,
    within: str = "",
    is_complete: bool,
) -> Table:
    """A table with the most requested first; `within` is added to the inbox filter."""
    most = max(counts.values(), default=0)
    order = sorted(counts, key=lambda key: -counts[key])
    shown = len(order) if is_complete else MOST
    rows = []
    for key in order[:shown]:
        of_it = f"{within}&{subject.query(key)}"
        now = count_cell(counts[key], requests_query(period) + of_it)
        then = count_cell(before.get(key, 0), requests_query(period.before) + of_it)
        rows.append([subject.label(key), with_share(now, most), then])
    if rest := order[shown:]:
        others = sum(counts[key] for key in rest)
        rows.append(
            [text_cell(subject.others), count_cell(others), count_cell(sum(before.get(key, 0) for key in rest))]
        )
    headings = [subject.heading, _("Requests"), _("Before")]
    return Table(subject.name, subject.title, subject.note, headings, rows)


def courses_of(team: Team) -> Subject:
    """The team's courses; None stands for no specific course."""
    labels = course_labels(team)
    return Subject(
        "courses",
        _("Requests per course"),
        _("All help requests in this period and in the previous one."),
        _("Course"),
        _("Other courses"),
        lambda key: text_cell(labels[key], path=f"courses/{key}/") if key else text_cell(_("No specific course")),
        lambda key: f"course={key or 'none'}",
    )


def lessons_of(team: Team, keys: Mapping[int | None, int], *, is_of_one_course: bool) -> Subject:
    """The lessons with these keys, with their course if there are several; None is an unknown lesson."""
    lessons = Lesson.objects.for_team(team).select_related("course").in_bulk([key for key in keys if key])

    def label(key: int | None) -> Cell:
        if not key:
            return text_cell(_("No lesson known"))
        lesson = lessons[key]
        return text_cell(lesson if is_of_one_course else f"{lesson} · {lesson.course}", path=f"lessons/{key}/")

    return Subject(
        "lessons",
        _("Requests per lesson"),
        _("All help requests, by the lesson the learner was in just before asking."),
        _("Lesson"),
        _("Other lessons"),
        label,
        lambda key: f"lesson={key or 'none'}",
    )


def tags_of(team: Team, keys: Mapping[int, int]) -> Subject:
    """The tags with these keys."""
    names = dict(Tag.objects.for_team(team).filter(pk__in=keys).values_list("pk", "name"))
    return Subject(
        "tags",
        _("Requests per tag"),
        _("All help requests with a tag. A request with several tags counts for each of them."),
        _("Tag"),
        _("Other tags"),
        lambda key: text_cell(names[key]),
        lambda key: urlencode({"tag": names[key]}),
    )
