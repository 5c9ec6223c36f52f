"""How producers, courses and learners come to be: found by what identifies them, or made, and named by newest events.

Safe under concurrency: a row made by another transaction at the same time is the one that both use. A row is locked
only when it is new or renamed, so that many events about one course do not wait for each other.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.teams.models import Team

Named = TypeVar("Named", Producer, Course)

COURSE_CACHE = 60  # seconds

# An unchanged name is noted as still current only this often, to spare a write for every event.
NAME_CHECK = timedelta(hours=1)


def upsert_producer(team: Team, *, email: str, name: str, at: datetime) -> Producer:
    """The team's producer of this address (lower case), under the name of the newest event."""
    found = Producer.objects.for_team(team).filter(email=email).first()
    if found is None:
        found = _insert(Producer(team=team, email=email, name=name, named_at=at), team=team, email=email)
    return _name(found, "name", name, at)


def upsert_course(
    team: Team, *, producer_email: str, producer_name: str, hash: str, title: str, at: datetime
) -> Course:
    """The course of this producer and hash, with `producer` at hand, both under the names of the newest event."""
    found = _known_course(team.pk, producer_email, hash, int(time.monotonic() // COURSE_CACHE))
    if found is None:
        _known_course.cache_clear()
        producer = upsert_producer(team, email=producer_email, name=producer_name, at=at)
        found = _insert(
            Course(team=team, producer=producer, hash=hash, title=title, named_at=at), producer=producer, hash=hash
        )
        found.producer = producer
    else:
        _name(found.producer, "name", producer_name, at)
    return _name(found, "title", title, at)


# One statement, since every event needs it. It locks the row, so that one learner's events take turns.
UPSERT_LEARNER = """
    INSERT INTO courses_learner AS known (team_id, email, name, named_at, created_at)
    VALUES (%(team)s, %(email)s, %(name)s, %(at)s, %(now)s)
    ON CONFLICT (team_id, email) DO UPDATE SET
        name = CASE WHEN excluded.name <> '' AND excluded.named_at >= known.named_at
            THEN excluded.name ELSE known.name END,
        named_at = CASE WHEN excluded.name <> ''
            THEN greatest(excluded.named_at, known.named_at) ELSE known.named_at END
    RETURNING id, name, named_at, created_at
"""


@lru_cache(maxsize=1000)
def _known_course(team_id: int, producer_email: str, hash: str, period: int) -> Course | None:
    """The course with its producer, kept for the period, since every event of a course asks for it."""
    return (
        Course.objects.select_related("producer")
        .filter(team=team_id, hash=hash, producer__email=producer_email, producer__team=team_id)
        .first()
    )


def upsert_learner(team: Team, *, email: str, name: str, at: datetime) -> Learner:
    """The team's learner of this address (lower case), under the name of the newest event; locked till the commit."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_LEARNER, {"team": team.pk, "email": email, "name": name, "at": at, "now": timezone.now()})
        pk, name, named_at, created_at = cursor.fetchone()
    return Learner(pk=pk, team=team, email=email, name=name, named_at=named_at, created_at=created_at)


def _insert(record: Named, **identity: Model | str) -> Named:
    """The record, or the one that another transaction made in the meantime."""
    manager = type(record)._default_manager
    manager.bulk_create([record], ignore_conflicts=True)
    return manager.get(**identity)


def _name(record: Named, field: str, name: str, at: datetime) -> Named:
    """Take the name over where this event is newer than the one that named the record."""
    is_unchanged = name == getattr(record, field)
    if not name or at < record.named_at or (is_unchanged and at < record.named_at + NAME_CHECK):
        return record
    newer = type(record)._default_manager.filter(pk=record.pk, named_at__lte=at)
    if newer.update(**{field: name, "named_at": at}):
        setattr(record, field, name)
        record.named_at = at
    return record
