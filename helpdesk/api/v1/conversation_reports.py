"""`/reports`: what learners asked, and how they rated the help."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from helpdesk.api.framework.operations import operation
from helpdesk.api.v1.report_serializers import (
    CourseTopicRows,
    FirstReplyReport,
    LessonTopicRows,
    QuestionReport,
    RatingRows,
)
from helpdesk.api.v1.reports import PeriodQuery, ReportView
from helpdesk.reports import figures, metrics
from helpdesk.reports.figures import Figure
from helpdesk.reports.team_figures import repeatable_read
from helpdesk.tickets.models import QuestionOrigin, Score


class QuestionsView(ReportView):
    """The report on known questions."""

    @operation("report_questions", "Known questions", query=PeriodQuery, response=QuestionReport)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the tickets of the period with a known question, by how it first became known."""
        team, period = self.asked()
        origins = team.by_category(figures.KNOWN, period)
        return {
            "tickets": team.counts(figures.TICKETS, period).total(),
            "known": origins.total(),
            "results": [{"origin": origin, "tickets": origins[origin]} for origin in QuestionOrigin.values],
        }


class FirstRepliesView(ReportView):
    """The report on first replies."""

    @operation("report_first_replies", "First replies", query=PeriodQuery, response=FirstReplyReport)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts how many learners were asked what their tickets of the period are about, how many answered, and why
        the others were not asked.
        """
        team, period = self.asked()
        counts = team.by_category(figures.FIRST_REPLIES, period)
        (wait,) = team.percentiles([figures.FIRST_ANSWER], period, [metrics.MEDIAN])
        answered = counts.pop(figures.ANSWERED, 0)
        sent = answered + counts.pop(figures.SENT, 0)
        return {
            "sent": sent,
            "answered": answered,
            "median_answer": wait[0],
            "not_sent": counts.total(),
            "results": [{"reason": reason, "tickets": count} for reason, count in counts.most_common()],
        }


class TopicsView(ReportView):
    """The report on topics by course."""

    @operation("report_topics", "Topics by course", query=PeriodQuery, response=CourseTopicRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the tickets of the period whose topic is known, by course and topic, the most frequent first."""
        return self.topics("course", figures.TOPICS_OF_COURSES)

    def topics(self, name: str, figure: Figure) -> dict[str, Any]:
        """A row for each topic of each course or lesson that has tickets."""
        team, period = self.asked()
        counts = team.counts(figure, period)
        rows = [{name: key, "topic": topic, "tickets": count} for (key, topic), count in counts.items() if count]
        return {"results": sorted(rows, key=lambda row: (-row["tickets"], row[name] or 0, row["topic"]))}


class LessonTopicsView(TopicsView):
    """The report on topics by lesson."""

    @operation("report_lesson_topics", "Topics by lesson", query=PeriodQuery, response=LessonTopicRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the tickets of the period whose topic is known, by lesson and topic, the most frequent first."""
        return self.topics("lesson", figures.TOPICS_OF_LESSONS)


class RatingsView(ReportView):
    """The report on ratings."""

    @operation("report_ratings", "Ratings", query=PeriodQuery, response=RatingRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the ratings that learners gave in the period, by the member who had resolved the ticket."""
        team, period = self.asked()
        of_members: dict[int | None, Counter[str]] = defaultdict(Counter)
        for (member, score), count in team.counts(figures.RATINGS, period).items():
            of_members[member][Score(int(score)).name.lower()] += count
        names = [score.name.lower() for score in Score]
        rows = [{"member": member, **{name: found[name] for name in names}} for member, found in of_members.items()]
        return {"results": sorted(rows, key=lambda row: row["member"] or 0)}
