"""The fields of a filter whose choices are the team's own."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course, Lesson
from helpdesk.courses.names import labels_of_courses, labels_of_lessons
from helpdesk.teams.models import Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.querysets import TagQuerySet
from helpdesk.ui.names import clean_key, is_nobodys

NONE = "none"  # a value that stands for nobody, or no course
PK = re.compile(r"[0-9]{1,18}")


class DateInput(forms.DateInput):
    """A day, by the browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AssigneeField(forms.ChoiceField):
    """Someone on the team's, “me” or “none”."""

    def offer(
        self, team: Team, user: User | None, *, also: str = "", rows_of_leaver: QuerySet[Any] | None = None
    ) -> None:
        """The members, and “me” for `user`; and whoever has the key `also` and left, while `rows_of_leaver` has rows.

        These are the tickets assigned to them, unless others are given.
        """

        def choices() -> Iterator[tuple[str, Any]]:
            yield ("", _("Anyone"))
            if user:
                yield ("me", _("Me"))
            yield (NONE, _("Nobody"))
            yield from ((str(person.pk), label) for person, label in labels_of(people()))

        @functools.cache
        def people() -> list[User]:
            members = [*team.people]
            if PK.fullmatch(also) and int(also) not in {person.pk for person in members}:
                own = (
                    Ticket.objects.for_team(team).filter(assignee=int(also))
                    if rows_of_leaver is None
                    else rows_of_leaver
                )
                members += User.objects.filter(Exists(own), pk=int(also))
            return members

        self.choices = choices


class TagChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A tag by its name, however that is written."""

    def to_python(self, value: Any) -> Tag | None:
        """The tag; where none is written just so, the one that is the same word but for its accents."""
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        name = clean_key(value)
        try:
            return super().to_python(name)
        except forms.ValidationError:
            tags: TagQuerySet = self.queryset  # type: ignore[assignment]
            alike = tags.same_but_for_accents(name).most_used().first()
            if name and alike:
                return alike
            raise


class CourseChoices(forms.models.ModelChoiceIterator):  # type: ignore[type-arg] # not a generic at run time
    """The courses, told apart; where it `has_none`, also that there is none in particular.

    That of a test call is offered to nobody, but it is there where it is chosen.
    """

    field: CourseField
    has_none = False

    def __iter__(self) -> Iterator[Any]:
        """None chosen, and each."""
        yield ("", self.field.empty_label)
        if self.has_none:
            yield (NONE, _("No specific course"))
        courses = [
            course
            for course in self.queryset
            if not is_nobodys(course.producer.email) or str(course.pk) == self.field.chosen
        ]
        yield from ((str(course.pk), label) for course, label in labels_of_courses(courses))


class CourseField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A course of the team's."""

    iterator = CourseChoices
    chosen = ""

    def offer(self, team: Team, *, chosen: str = "") -> None:
        """The team's courses, by title; `chosen` is the key of the one that is."""
        self.chosen = chosen
        self.queryset = Course.objects.for_team(team).select_related("producer").order_by("title", "pk")


class ProducerChoices(forms.models.ModelChoiceIterator):  # type: ignore[type-arg] # not a generic at run time
    """The producers, told apart."""

    def __iter__(self) -> Iterator[Any]:
        """None chosen, and each."""
        yield ("", self.field.empty_label)
        producers = (producer for producer in self.queryset if not is_nobodys(producer.email))
        yield from ((str(producer.pk), label) for producer, label in labels_of(producers))


class ProducerField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A producer of the team's."""

    iterator = ProducerChoices


class CourseOrNoneChoices(CourseChoices):
    """The courses, and the choice of no particular one."""

    has_none = True


class CourseFilterField(CourseField):
    """A course; or “none”, which a report's figure leads to: no course in particular."""

    iterator = CourseOrNoneChoices

    def to_python(self, value: Any) -> Course | str | None:
        """The course, or NONE."""
        return NONE if value == NONE else super().to_python(value)


class LessonChoices(forms.models.ModelChoiceIterator):  # type: ignore[type-arg] # not a generic at run time
    """None chosen, none known, and those that are offered."""

    field: LessonFilterField

    def __iter__(self) -> Iterator[Any]:
        """By title; beside one that several bear stands Nutror's key."""
        yield ("", self.field.empty_label)
        yield (NONE, _("No lesson known"))
        yield from ((str(lesson.pk), label) for lesson, label in labels_of_lessons(self.field.offered))


class LessonFilterField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A lesson of the team's, offered from a course at a time; or “none”, where it is not known."""

    iterator = LessonChoices
    offered: Any = ()

    def offer(self, course: Course | str | None, chosen: Lesson | str | None) -> None:
        """Offer the lessons of the course, and the chosen one."""
        offered = [Q(pk=chosen.pk)] if isinstance(chosen, Lesson) else []
        if isinstance(course, Course):
            offered.append(Q(course=course))
        if offered:
            lessons: Any = self.queryset
            self.offered = lessons.filter(functools.reduce(operator.or_, offered)).order_by("title", "pk")

    def to_python(self, value: Any) -> Lesson | str | None:
        """The lesson, or NONE."""
        return NONE if value == NONE else super().to_python(value)
