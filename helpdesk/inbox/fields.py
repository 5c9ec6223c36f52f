"""Filter fields whose choices depend on the team."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.fields import CourseChoices, CourseField
from helpdesk.courses.models import Course, Lesson
from helpdesk.courses.names import labels_of_lessons
from helpdesk.teams.models import Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.querysets import TagQuerySet
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.email_addresses import is_nobodys

NONE = "none"  # the value for nobody, no specific course, or no known lesson
PK = re.compile(r"[0-9]{1,18}")


class DateInput(forms.DateInput):
    """A date, entered with the browser's date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AssigneeField(forms.ChoiceField):
    """A member of the team, “me” or “none”."""

    def offer(
        self, team: Team, user: User | None, *, also: str = "", rows_of_leaver: QuerySet[Any] | None = None
    ) -> None:
        """Offer the team's members, and “me” if there is a `user`.

        The former member with the primary key `also` is offered too if `rows_of_leaver` has rows; by default these are
        the tickets assigned to them.
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
    """A tag, chosen by its name in any case."""

    def to_python(self, value: Any) -> Tag | None:
        """The tag with this name, else the most used one that differs only in accents. Raises ValidationError."""
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


class ProducerChoices(forms.models.ModelChoiceIterator):  # type: ignore[type-arg] # not a generic at run time
    """The producers, with labels that tell them apart."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the empty choice, then the others."""
        yield ("", self.field.empty_label)
        producers = (producer for producer in self.queryset if not is_nobodys(producer.email))
        yield from ((str(producer.pk), label) for producer, label in labels_of(producers))


class ProducerField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A producer of the team."""

    iterator = ProducerChoices


class CourseOrNoneChoices(CourseChoices):
    """The courses and “no specific course”."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the empty choice, “no specific course”, then the courses."""
        choices = super().__iter__()
        yield next(choices)
        yield (NONE, _("No specific course"))
        yield from choices


class CourseFilterField(CourseField):
    """A course; or “none” for no specific course, to which figures in reports link."""

    iterator = CourseOrNoneChoices

    def to_python(self, value: Any) -> Course | str | None:
        """The course, or NONE."""
        return NONE if value == NONE else super().to_python(value)


class LessonChoices(forms.models.ModelChoiceIterator):  # type: ignore[type-arg] # not a generic at run time
    """The empty choice, “no lesson known” and the offered lessons."""

    field: LessonFilterField

    def __iter__(self) -> Iterator[Any]:
        """Yield the lessons by title; those with the same title also show Nutror's key."""
        yield ("", self.field.empty_label)
        yield (NONE, _("No lesson known"))
        yield from ((str(lesson.pk), label) for lesson, label in labels_of_lessons(self.field.offered))


class LessonFilterField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A lesson of the team, offered for one course at a time; or “none” if it is not known."""

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
