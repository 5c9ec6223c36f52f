"""What the figures of reports look like. Times are in seconds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from helpdesk.api.framework.fields import SecondsField
from helpdesk.tickets.models import QuestionOrigin, Topic


class SummarySerializer(serializers.Serializer[Any]):
    """The figures of one period."""

    requests = serializers.IntegerField(help_text="All help requests.")
    tickets = serializers.IntegerField(help_text="Those that stand for themselves.")
    asked_again = serializers.IntegerField(help_text="Tickets whose learner asked more than once.")
    median_response = SecondsField("Half were first answered in less.")
    slow_response = SecondsField("Nine in ten were first answered in less.")
    median_resolution = SecondsField("Half were resolved in less.")
    slow_resolution = SecondsField("Nine in ten were resolved in less.")
    resolved = serializers.IntegerField(help_text="Resolved in these days.")


class SummaryReport(serializers.Serializer[Any]):
    """The figures of these days, and of as many days just before."""

    now = SummarySerializer(help_text="These days.")
    before = SummarySerializer(help_text="The days before.")


class DaySerializer(serializers.Serializer[Any]):
    """One day."""

    day = serializers.DateField(help_text="The day.")
    requests = serializers.IntegerField(help_text="Help requests on it.")


class TimesSerializer(serializers.Serializer[Any]):
    """How fast the tickets of a day, or of a week, were answered."""

    start = serializers.DateField(help_text="The day, or the Monday.")
    median_response = SecondsField("Half were first answered in less.")
    slow_response = SecondsField("Nine in ten were first answered in less.")
    median_resolution = SecondsField("Half were resolved in less.")
    slow_resolution = SecondsField("Nine in ten were resolved in less.")


class CourseFigures(serializers.Serializer[Any]):
    """One course."""

    course = serializers.IntegerField(allow_null=True, help_text="Its key; null is no course in particular.")
    requests = serializers.IntegerField(help_text="Help requests.")


class LessonFigures(serializers.Serializer[Any]):
    """One lesson."""

    lesson = serializers.IntegerField(allow_null=True, help_text="Its key; null where it is not known.")
    requests = serializers.IntegerField(help_text="Help requests of learners who were in it just before.")


class TagFigures(serializers.Serializer[Any]):
    """One tag."""

    tag = serializers.IntegerField(help_text="Its key.")
    requests = serializers.IntegerField(help_text="Help requests with it.")


class AgeSerializer(serializers.Serializer[Any]):
    """What is to do now, and was asked for between two days."""

    first = serializers.DateField(allow_null=True, help_text="The first of these days; null is open.")
    last = serializers.DateField(allow_null=True, help_text="The last of these days; null is open.")
    tickets = serializers.IntegerField(help_text="How many.")


class LoadSerializer(serializers.Serializer[Any]):
    """What one member has to do and did."""

    member = serializers.IntegerField(allow_null=True, help_text="Their key; null is nobody.")
    open_now = serializers.IntegerField(help_text="To do at this moment.")
    given = serializers.IntegerField(help_text="Asked for in these days, and theirs now.")
    resolved = serializers.IntegerField(help_text="Resolved in these days.")
    median_resolution = SecondsField("Half of those took less.")


class HourSerializer(serializers.Serializer[Any]):
    """One hour of the week."""

    weekday = serializers.IntegerField(help_text="Monday is 1.")
    hour = serializers.IntegerField(help_text="0 to 23.")
    requests = serializers.IntegerField(help_text="Help requests.")


class OriginFigures(serializers.Serializer[Any]):
    """One way in which questions became known."""

    origin = serializers.ChoiceField(QuestionOrigin.values, help_text="Who said it first, and where.")
    tickets = serializers.IntegerField(help_text="How many.")


class QuestionReport(serializers.Serializer[Any]):
    """How many tickets of these days have a known question."""

    tickets = serializers.IntegerField(help_text="Tickets that stand for themselves.")
    known = serializers.IntegerField(help_text="Those whose question somebody has said.")
    results = OriginFigures(many=True, help_text="How it first became known; every way, also where there are none.")


class ReasonFigures(serializers.Serializer[Any]):
    """One reason why a learner was not asked by itself."""

    reason = serializers.CharField(help_text="As `reason` of a question request.")
    tickets = serializers.IntegerField(help_text="How many.")


class FirstReplyReport(serializers.Serializer[Any]):
    """What became of asking learners by themselves."""

    sent = serializers.IntegerField(help_text="Learners who were asked.")
    answered = serializers.IntegerField(help_text="Those of them who answered.")
    median_answer = SecondsField("Half of those answered in less.")
    not_sent = serializers.IntegerField(help_text="Those who were not asked.")
    results = ReasonFigures(many=True, help_text="Why not, the most frequent reason first.")


class CourseTopicFigures(serializers.Serializer[Any]):
    """One topic in one course."""

    course = serializers.IntegerField(allow_null=True, help_text="Its key; null is no course in particular.")
    topic = serializers.ChoiceField(Topic.values, help_text="What it is about.")
    tickets = serializers.IntegerField(help_text="How many.")


class LessonTopicFigures(serializers.Serializer[Any]):
    """One topic in one lesson."""

    lesson = serializers.IntegerField(allow_null=True, help_text="Its key; null where it is not known.")
    topic = serializers.ChoiceField(Topic.values, help_text="What it is about.")
    tickets = serializers.IntegerField(help_text="How many.")


class RatingFigures(serializers.Serializer[Any]):
    """How learners rated the help of one member."""

    member = serializers.IntegerField(allow_null=True, help_text="Who is responsible now; null is nobody.")
    good = serializers.IntegerField(help_text="It helped.")
    ok = serializers.IntegerField(help_text="So-so.")
    bad = serializers.IntegerField(help_text="It did not help.")


def rows_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """A list of such rows in an object, so that it can be added to."""
    name = serializer.__name__.removesuffix("Serializer")
    results = serializer(many=True, help_text="Each row.")
    return type(f"{name}Rows", (serializers.Serializer,), {"__doc__": "The rows.", "results": results})


DayRows, TimesRows, CourseRows = rows_of(DaySerializer), rows_of(TimesSerializer), rows_of(CourseFigures)
LessonRows, TagRows = rows_of(LessonFigures), rows_of(TagFigures)
CourseTopicRows, LessonTopicRows = rows_of(CourseTopicFigures), rows_of(LessonTopicFigures)
RatingRows = rows_of(RatingFigures)
AgeRows, LoadRows, HourRows = rows_of(AgeSerializer), rows_of(LoadSerializer), rows_of(HourSerializer)
