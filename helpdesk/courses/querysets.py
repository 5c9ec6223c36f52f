"""Queries on courses, learners and their activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from helpdesk.courses.search import contains_all, search_words
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.keyset import Order
from helpdesk.ui.names import NOBODYS_DOMAIN

if TYPE_CHECKING:
    from datetime import datetime

    from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity

NEWEST_FIRST = Order(("occurred_at", "id"), is_descending=True)
LAST_ACTIVITY_FIRST = Order(("last_activity_at", "id"), is_descending=True)
SHORTEST_INDEXED = 3  # letters: a trigram
LATEST = 1_000  # learners that are looked through for a shorter word


class CourseQuerySet(TeamQuerySet["Course"]):
    """Queries on courses, without those of test calls."""

    def without_test_calls(self) -> Self:
        """Those that learners take: that of test calls has a producer with an address that nobody can have."""
        return self.exclude(producer__email__endswith=NOBODYS_DOMAIN)


class LearnerQuerySet(TeamQuerySet["Learner"]):
    """Queries on learners, by words of their name and address."""

    def containing(self, text: str) -> Self:
        """Those of whose name and e-mail all these words are parts, whatever their case and accents; of no word none.

        To be asked of one team's. Words too short for the index are looked for in the latest alone.
        """
        words = search_words(text)
        if not words:
            return self.none()
        found = self.filter(contains_all("search_text", words))
        if max(map(len, words)) < SHORTEST_INDEXED:
            # Asked for by themselves: within the query, the database would look through all the others as well.
            latest = LAST_ACTIVITY_FIRST.sort(self).values_list("pk", flat=True)[:LATEST]
            found = found.filter(pk__in=list(latest))
        return found


class FormerAddressQuerySet(TeamQuerySet["FormerAddress"]):
    """Queries on former addresses of learners."""

    def current(self) -> Self:
        """The former addresses that still identify their learner."""
        return self.filter(ended_at=None)

    def ended_since(self, moment: datetime) -> Self:
        """Those that were still their learner's at this time (UTC), and are somebody else's now."""
        return self.filter(ended_at__gte=moment)


class ActivityQuerySet(TeamQuerySet["LearnerActivity"]):
    """Queries on learners' activity, by learner, course and time."""

    def of(self, learner: Learner) -> Self:
        """Everything this learner did, newest first."""
        return self.of_keys(learner.team_id, learner.pk)

    def of_keys(self, team: int, learner: int) -> Self:
        """The same, of the learner with this key."""
        return NEWEST_FIRST.sort(self.filter(team_id=team, learner_id=learner))

    def in_course(self, course: Course | None) -> Self:
        """In this course, or of no particular one; all where there is none."""
        return self.filter(Q(course=course) | Q(course=None)) if course else self

    def with_comment(self) -> Self:
        """Comments and answers to comments."""
        return self.exclude(comment_text="")

    def until(self, moment: datetime) -> Self:
        """Activity up to this time (UTC)."""
        return self.filter(occurred_at__lte=moment)
