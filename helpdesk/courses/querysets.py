"""Queries on courses, learners and their activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from helpdesk.courses.search import SHORTEST_INDEXED, contains_all, search_words
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.email_addresses import NOBODYS_DOMAIN
from helpdesk.ui.keyset import Order

if TYPE_CHECKING:
    from datetime import datetime

    from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity

NEWEST_FIRST = Order(("occurred_at", "id"), is_descending=True)
LAST_ACTIVITY_FIRST = Order(("last_activity_at", "id"), is_descending=True)
LATEST = 1_000  # learners that are searched for shorter words


class CourseQuerySet(TeamQuerySet["Course"]):
    """Queries on courses."""

    def without_test_calls(self) -> Self:
        """Real courses: the one of test calls has a producer with an address in a domain that nobody can have."""
        return self.exclude(producer__email__endswith=NOBODYS_DOMAIN)


class LearnerQuerySet(TeamQuerySet["Learner"]):
    """Queries on learners, by words of their name and address."""

    def containing(self, text: str) -> Self:
        """Learners whose name and e-mail contain all words of the text, ignoring case and accents; none without words.

        Call it on one team's learners. If all words are too short for the index, only the LATEST most recently active
        learners are searched.
        """
        words = search_words(text)
        if not words:
            return self.none()
        found = self.filter(contains_all("search_text", words))
        if max(map(len, words)) < SHORTEST_INDEXED:
            # A query of its own: as a subquery, the database would search all other learners as well.
            latest = LAST_ACTIVITY_FIRST.sort(self).values_list("pk", flat=True)[:LATEST]
            found = found.filter(pk__in=list(latest))
        return found


class FormerAddressQuerySet(TeamQuerySet["FormerAddress"]):
    """Queries on former addresses of learners."""

    def current(self) -> Self:
        """The former addresses that still identify their learner."""
        return self.filter(ended_at=None)

    def ended_since(self, moment: datetime) -> Self:
        """Former addresses that still identified their learner at this time (UTC), but no longer do."""
        return self.filter(ended_at__gte=moment)


class ActivityQuerySet(TeamQuerySet["LearnerActivity"]):
    """Queries on learners' activity, by learner, course and time."""

    def of(self, learner: Learner) -> Self:
        """All activity of this learner, newest first."""
        return self.of_keys(learner.team_id, learner.pk)

    def of_keys(self, team: int, learner: int) -> Self:
        """The same, given the primary keys of the team and the learner."""
        return NEWEST_FIRST.sort(self.filter(team_id=team, learner_id=learner))

    def in_course(self, course: Course | None) -> Self:
        """Activity in this course or in no particular one; with None, all activity."""
        return self.filter(Q(course=course) | Q(course=None)) if course else self

    def with_comment(self) -> Self:
        """Comments and answers to comments."""
        return self.exclude(comment_text="")

    def until(self, moment: datetime) -> Self:
        """Activity up to this time (UTC)."""
        return self.filter(occurred_at__lte=moment)
