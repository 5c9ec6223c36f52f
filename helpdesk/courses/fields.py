"""A form field that offers the team's courses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from helpdesk.courses.models import Course
from helpdesk.courses.names import labels_of_courses
from helpdesk.teams.models import Team
from helpdesk.ui.email_addresses import is_nobodys


class CourseChoices(forms.models.ModelChoiceIterator):  # type: ignore[type-arg] # not a generic at run time
    """The courses, with labels that tell them apart.

    Courses of test calls are left out, unless one is already chosen.
    """

    field: CourseField

    def __iter__(self) -> Iterator[Any]:
        """Yield the empty choice, then the others."""
        yield ("", self.field.empty_label)
        courses = [
            course
            for course in self.queryset
            if not is_nobodys(course.producer.email) or str(course.pk) == self.field.chosen
        ]
        yield from ((str(course.pk), label) for course, label in labels_of_courses(courses))


class CourseField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A course of the team."""

    iterator = CourseChoices
    chosen = ""

    def offer(self, team: Team, *, chosen: str = "") -> None:
        """Offer the team's courses by title; `chosen` is the primary key of the selected one."""
        self.chosen = chosen
        self.queryset = Course.objects.for_team(team).select_related("producer").order_by("title", "pk")
