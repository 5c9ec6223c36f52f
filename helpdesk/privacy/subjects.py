"""The Persons to search for when a learner's data is wanted: one for each address that the learner has had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.privacy.register import Person
from helpdesk.privacy.tombstones import tombstones_of


def persons_of(learner: Learner, until: datetime) -> list[Person]:
    """One Person per address: the current one, until this time (UTC), then the former ones, each until it ended."""
    former = dict[str, datetime | None](learner.former_addresses.order_by("pk").values_list("email", "ended_at"))
    ends = {learner.email: None} | former
    since = beginnings(learner, ends)
    return [
        Person(
            learner.team_id,
            learner.pk,
            email,
            learner.name,
            ended_at or until,
            has_ended=ended_at is not None,
            since=since.get(email),
        )
        for email, ended_at in ends.items()
    ]


def beginnings(learner: Learner, ends: Mapping[str, datetime | None]) -> dict[str, datetime]:
    """Which of the learner's addresses belonged to another learner before, and until when (UTC).

    `ends` says when each address ended, if it did. Another learner who has been erased since is known by a tombstone.
    """
    others = FormerAddress.objects.for_team(learner.team_id).filter(email__in=ends).exclude(learner=learner)
    borders = [(email, at) for email, at in others.values_list("email", "ended_at") if at]
    stones = tombstones_of(learner.team_id, ends)
    borders += [(email, stone.erased_at) for email, stone in stones.items() if stone.has_ended]
    since: dict[str, datetime] = {}
    for email, at in sorted(borders):
        end = ends[email]
        if end is None or at < end:
            since[email] = at
    return since
