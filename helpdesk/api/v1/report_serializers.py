"""Representations of reports. Times are in seconds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from helpdesk.api.framework.fields import SecondsField
from helpdesk.tickets.models import QuestionOrigin, Topic


class SummarySerializer(serializers.Serializer[Any]):
    """The figures of one period."""

    requests = serializers.IntegerField(help_text="Number of help requests, with those that were merged.")
    tickets = serializers.IntegerField(help_text="Number of tickets, without those merged into others.")
    asked_again = serializers.IntegerField(help_text="Tickets whose learner asked more than once.")
    median_response = SecondsField("Median time to the first response, in seconds.")
    slow_response = SecondsField(
        "90th percentile of the time to the first response, in seconds.", source="p90_response"
    )
    median_resolution = SecondsField("Median time to resolution, in seconds.")
    slow_resolution = SecondsField("90th percentile of the time to resolution, in seconds.", source="p90_resolution")
    resolved = serializers.IntegerField(help_text="Number of tickets resolved in the period.")


class SummaryReport(serializers.Serializer[Any]):
    """The figures of the period, and of the period of the same length just before."""

    now = SummarySerializer(help_text="The requested period.")
    before = SummarySerializer(help_text="The period of the same length before it.")


class DaySerializer(serializers.Serializer[Any]):
    """The number of requests on one day."""

    day = serializers.DateField(help_text="The day, in the team's time zone.")
    requests = serializers.IntegerField(help_text="Number of help requests on that day.")


class TimesSerializer(serializers.Serializer[Any]):
    """How fast the tickets of a day or of a week were answered and resolved: medians in seconds."""

    start = serializers.DateField(help_text="The day, or the Monday that a week begins with.")
    median_response = SecondsField("Median time to the first response, in seconds.")
    slow_response = SecondsField(
        "90th percentile of the time to the first response, in seconds.", source="p90_response"
    )
    median_resolution = SecondsField("Median time to resolution, in seconds.")
    slow_resolution = SecondsField("90th percentile of the time to resolution, in seconds.", source="p90_resolution")


class CourseFigures(serializers.Serializer[Any]):
    """The number of requests for one course."""

    course = serializers.IntegerField(allow_null=True, help_text="ID of the course; null: no course in particular.")
    requests = serializers.IntegerField(help_text="Number of help requests.")


class LessonFigures(serializers.Serializer[Any]):
    """The number of requests from one lesson."""

    lesson = serializers.IntegerField(allow_null=True, help_text="ID of the lesson; null if it is not known.")
    requests = serializers.IntegerField(help_text="Help requests from learners who were in it just before asking.")


class TagFigures(serializers.Serializer[Any]):
    """The number of requests with one tag."""

    tag = serializers.IntegerField(help_text="ID of the tag.")
    requests = serializers.IntegerField(help_text="Number of help requests with the tag.")


class AgeSerializer(serializers.Serializer[Any]):
    """The number of requests to do now that were made in one range of days."""

    first = serializers.DateField(allow_null=True, help_text="The first day; null: no limit.")
    last = serializers.DateField(allow_null=True, help_text="The last day; null: no limit.")
    tickets = serializers.IntegerField(help_text="Number of tickets.")


class LoadSerializer(serializers.Serializer[Any]):
    """What one member has to do, took on and resolved; the time is a median in seconds."""

    member = serializers.IntegerField(
        allow_null=True, help_text="ID of the member; null for tickets without an assignee."
    )
    open_now = serializers.IntegerField(help_text="Number of their tickets to do now.")
    given = serializers.IntegerField(help_text="Number of requests in the period that are assigned to them now.")
    resolved = serializers.IntegerField(help_text="Number of tickets resolved in the period.")
    median_resolution = SecondsField("Median time to resolution of those, in seconds.")


class HourSerializer(serializers.Serializer[Any]):
    """The number of requests in one hour of the week."""

    weekday = serializers.IntegerField(help_text="1 for Monday to 7 for Sunday.")
    hour = serializers.IntegerField(help_text="0 to 23, in the team's time zone.")
    requests = serializers.IntegerField(help_text="Number of help requests.")


class OriginFigures(serializers.Serializer[Any]):
    """One way in which questions first became known, and how often."""

    origin = serializers.ChoiceField(
        QuestionOrigin.values, help_text="By whom and where the question was first stated."
    )
    tickets = serializers.IntegerField(help_text="Number of tickets.")


class QuestionReport(serializers.Serializer[Any]):
    """How many tickets of the period have a known question, and how it became known."""

    tickets = serializers.IntegerField(help_text="Number of tickets, without those merged into others.")
    known = serializers.IntegerField(help_text="Number of tickets with a known question.")
    results = OriginFigures(
        many=True, help_text="How the question first became known: every way, including those with no tickets."
    )


class ReasonFigures(serializers.Serializer[Any]):
    """One reason why no first reply was sent, and how often."""

    reason = serializers.CharField(help_text="One of the values of a question request's `reason`.")
    tickets = serializers.IntegerField(help_text="Number of tickets.")


class FirstReplyReport(serializers.Serializer[Any]):
    """How many first replies were sent and answered, and why others were not sent."""

    sent = serializers.IntegerField(help_text="Number of learners who were asked.")
    answered = serializers.IntegerField(help_text="Number of those learners who answered.")
    median_answer = SecondsField("Median time until those learners answered, in seconds.")
    not_sent = serializers.IntegerField(help_text="Number of learners who were not asked.")
    results = ReasonFigures(many=True, help_text="The reasons, the most frequent first.")


class CourseTopicFigures(serializers.Serializer[Any]):
    """The number of tickets about one topic in one course."""

    course = serializers.IntegerField(allow_null=True, help_text="ID of the course; null: no course in particular.")
    topic = serializers.ChoiceField(Topic.values, help_text="What the question is about.")
    tickets = serializers.IntegerField(help_text="Number of tickets.")


class LessonTopicFigures(serializers.Serializer[Any]):
    """The number of tickets about one topic in one lesson."""

    lesson = serializers.IntegerField(allow_null=True, help_text="ID of the lesson; null if it is not known.")
    topic = serializers.ChoiceField(Topic.values, help_text="What the question is about.")
    tickets = serializers.IntegerField(help_text="Number of tickets.")


class RatingFigures(serializers.Serializer[Any]):
    """How learners rated the help of one member."""

    member = serializers.IntegerField(
        allow_null=True, help_text="ID of the member who had resolved the ticket; null: no member."
    )
    good = serializers.IntegerField(help_text="Number of ratings that say it helped.")
    ok = serializers.IntegerField(help_text="Number of ratings that say it helped a little.")
    bad = serializers.IntegerField(help_text="Number of ratings that say it did not help.")


def rows_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """A serializer of an object with a list of such rows, so that members can be added later."""
    name = serializer.__name__.removesuffix("Serializer")
    results = serializer(many=True, help_text="The rows of the report.")
    return type(f"{name}Rows", (serializers.Serializer,), {"__doc__": "The rows.", "results": results})


DayRows, TimesRows, CourseRows = rows_of(DaySerializer), rows_of(TimesSerializer), rows_of(CourseFigures)
LessonRows, TagRows = rows_of(LessonFigures), rows_of(TagFigures)
CourseTopicRows, LessonTopicRows = rows_of(CourseTopicFigures), rows_of(LessonTopicFigures)
RatingRows = rows_of(RatingFigures)
AgeRows, LoadRows, HourRows = rows_of(AgeSerializer), rows_of(LoadSerializer), rows_of(HourSerializer)
