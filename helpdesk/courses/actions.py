"""Finds or creates producers, courses, lessons and learners, and names them after the newest events.

Names and addresses are normalized here. Safe under concurrency: if another transaction creates the same row, both use
that. The resulting name does not depend on the order in which events are processed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity, Lesson, Producer
from helpdesk.operations.clock import database_now
from helpdesk.privacy.register import pseudonym_of
from helpdesk.teams.models import Team
from helpdesk.ui.cleaning import clean_key, clean_name
from helpdesk.ui.refusals import ActionRefused

M = TypeVar("M", bound=Model)


def find_or_create_producer(team: Team, *, email: str, name: str, at: datetime) -> Producer:
    """The team's producer with this address; created, with this name, if there is none."""
    email, name = clean_key(email), clean_name(name)
    producers = Producer.objects.for_team(team).filter(email=email)
    return producers.first() or _insert(
        Producer(team=team, email=email, name=name, named_at=at), email=email, team=team
    )


def find_or_create_course(
    team: Team, *, producer_email: str, producer_name: str, hash: str, title: str, at: datetime
) -> Course:
    """The course with this producer and hash, with its `producer` loaded; both created, with these names, if new."""
    producer_email, title = clean_key(producer_email), clean_name(title)
    courses = Course.objects.for_team(team).select_related("producer")
    if found := courses.filter(hash=hash, producer__email=producer_email).first():
        return found
    producer = find_or_create_producer(team, email=producer_email, name=producer_name, at=at)
    course = Course(team=team, producer=producer, hash=hash, title=title, named_at=at)
    found = _insert(course, producer=producer, hash=hash)
    found.producer = producer
    return found


def find_or_create_lesson(step: LearnerActivity) -> Lesson | None:
    """The lesson of this step; created if new, None if the step has no lesson or course.

    A newer step with another title renames the lesson; one with the same title writes nothing, so that learners of one
    lesson do not queue for its row.
    """
    key, title = step.lesson_key or step.lesson_title, step.lesson_title
    if not (title and step.course_id):
        return None
    found = Lesson.objects.filter(course=step.course_id, key=key).first()
    if found is None:
        lesson = Lesson(team_id=step.team_id, course_id=step.course_id, key=key, title=title, named_at=step.occurred_at)
        found = _insert(lesson, course=step.course_id, key=key)
    if found.title != title:
        rename_unless_locked(found, title, step.occurred_at)
    return found


def lock_or_create_learner(team: Team, *, email: str, name: str, at: datetime) -> Learner:
    """The team's learner with this address, or whose former address it is; created, with this name, if there is none.

    The learner stays locked until the end of the transaction, so that one learner's events take turns.
    """
    email, name = clean_key(email), clean_name(name)
    learners = Learner.objects.select_for_update(of=("self",), no_key=True)
    # In this order, because the address may become a former one while the first query waits for the lock.
    learner = learners.filter(team=team, email=email).first()
    former = learners.filter(_had_address(team.pk, email), erased_at=None)
    learner = learner or former.first()
    if learner is None:
        defaults = {"name": name, "named_at": at, "last_activity_at": at}
        learner, _is_new = learners.get_or_create(team=team, email=email, defaults=defaults)
    note_activity({learner: at})
    return learner


def _had_address(team_id: int, email: str) -> Q:
    """Learners with this former address, if it has not ended."""
    return Q(former_addresses__team=team_id, former_addresses__email=email, former_addresses__ended_at=None)


def note_activity(times: Mapping[Learner, datetime]) -> None:
    """Update `last_activity_at` of these learners, who are locked, if these times (UTC) are later."""
    later = [learner for learner, at in times.items() if learner.last_activity_at < at]
    for learner in later:
        learner.last_activity_at = times[learner]
    if later:
        Learner.objects.bulk_update(later, ["last_activity_at"])


def rename(record: Producer | Course | Lesson | Learner, name: str, at: datetime) -> None:
    """Give the record the name in an event of this time (UTC), unless its name is from a newer event.

    Of two names with the same time, the alphabetically later one wins, whichever is processed first.
    """
    name = clean_name(name)
    if not is_newer_name(record, name, at):
        return
    field = "title" if isinstance(record, Course | Lesson) else "name"
    is_newer = Q(named_at__lt=at) | Q(named_at=at, **{f"{field}__lt": name}) | Q(**{field: ""})
    if isinstance(record, Learner):
        is_newer &= Q(erased_at=None, corrected_at=None)
    changes = {field: name, "named_at": at, "updated_at": timezone.now()}
    if type(record)._default_manager.filter(is_newer, pk=record.pk).update(**changes):
        setattr(record, field, name)
        record.named_at = at


def forget_learner(learner: Learner, at: datetime) -> None:
    """Replace an erased learner's data by a pseudonym, from this time (UTC) on; later events do not name them again.

    The pseudonym is not a valid e-mail address, so nothing can be sent to it.
    """
    Learner.objects.filter(pk=learner.pk).update(
        email=pseudonym_of(learner.pk), name="", phone="", language="", erased_at=at, updated_at=timezone.now()
    )


def set_corrected_name(learner: Learner, name: str) -> bool:
    """Set the name that the learner gave, which later events do not change; False if the learner is erased.

    Changes only the row: `privacy.actions.correct_name` also records it and informs those who got the former name.
    """
    now = timezone.now()
    present = Learner.objects.filter(pk=learner.pk, erased_at=None)
    return bool(present.update(name=clean_name(name), corrected_at=now, updated_at=now))


@transaction.atomic
def set_corrected_address(learner: Learner, email: str) -> bool:
    """Set the corrected address, which later events do not change; False if the learner is erased.

    The old one is kept as a former address: events with it still find this learner, instead of creating another.
    Changes only these rows; `privacy.actions.correct_address` does everything else. Raises AddressTaken if another
    learner has, or had, the address.
    """
    email, now = clean_key(email), timezone.now()
    locked = Learner.objects.select_for_update(no_key=True).filter(pk=learner.pk, erased_at=None).first()
    if locked is None or locked.email == email:
        return locked is not None
    _check_free(locked, email)
    locked.former_addresses.filter(email=email).delete()
    FormerAddress.objects.create(team_id=locked.team_id, learner=locked, email=locked.email)
    try:
        with transaction.atomic():
            Learner.objects.filter(pk=locked.pk).update(email=email, updated_at=now)
    except IntegrityError:  # another learner with it was created just now
        _check_free(locked, email)
        raise
    learner.email, learner.updated_at = email, now
    return True


@transaction.atomic
def end_former_address(address: FormerAddress) -> bool:
    """From now on, the address is somebody else's; what came before stays this learner's.

    False if it has already ended, or was deleted. Locks the learner, against concurrent corrections and erasures.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=address.learner_id)
    now = database_now()  # incoming events get their time from the same clock
    return bool(FormerAddress.objects.current().filter(pk=address.pk).update(ended_at=now))


class AddressTaken(ActionRefused):
    """The address belongs to another learner of the team, `other`, as their current or former one (`is_former`)."""

    def __init__(self, other: Learner, *, is_former: bool) -> None:
        text = _("Another learner had this address.") if is_former else _("Another learner has this address.")
        super().__init__(text)
        self.other, self.is_former = other, is_former


def _check_free(learner: Learner, email: str) -> None:
    """Raises AddressTaken if the address is another learner's of the team, current or former."""
    others = Learner.objects.filter(team=learner.team_id).exclude(pk=learner.pk)
    if other := others.filter(email=email).first():
        raise AddressTaken(other, is_former=False)
    if other := others.filter(_had_address(learner.team_id, email)).first():
        raise AddressTaken(other, is_former=True)


@transaction.atomic
def set_phone(learner: Learner, phone: str, program: str = "") -> bool:
    """Set the learner's phone, and record the change in the audit log; False if the learner is erased.

    `program` is the name of the program that changes it, if no person does.
    """
    now = timezone.now()
    present = Learner.objects.filter(pk=learner.pk, erased_at=None)
    if not present.exclude(phone=phone).update(phone=phone, updated_at=now):
        return present.exists()
    record_audit(learner.team_id, Kind.PHONE_CHANGED, learner_id=learner.pk, program=program)
    learner.phone, learner.updated_at = phone, now
    return True


@transaction.atomic(savepoint=False)
def rename_unless_locked(record: Producer | Course | Lesson | Learner, name: str, at: datetime) -> None:
    """Rename the record if the name is newer. Never waits: if somebody else has locked the record, a job renames it."""
    if not is_newer_name(record, name, at):
        return
    if type(record)._default_manager.filter(pk=record.pk).skip_locked().values("pk").first():
        rename(record, name, at)
    else:
        job = app.configure_task("courses.rename_later")
        job.defer(model=type(record).__name__, pk=record.pk, name=name, at=at.isoformat())


def is_newer_name(record: Producer | Course | Lesson | Learner, name: str, at: datetime) -> bool:
    """Whether this name, from an event of this time (UTC), is newer than the record's; False for corrected names."""
    if isinstance(record, Learner) and record.corrected_at:
        return False
    current = record.title if isinstance(record, Course | Lesson) else record.name
    return bool(name) and (not current or (record.named_at, current) < (at, name))


def upsert_course(
    team: Team, *, producer_email: str, producer_name: str, hash: str, title: str, at: datetime
) -> Course:
    """The course with this producer and hash, created if new; renames both if this event is the newest."""
    course = find_or_create_course(
        team, producer_email=producer_email, producer_name=producer_name, hash=hash, title=title, at=at
    )
    rename(course.producer, producer_name, at)
    rename(course, title, at)
    return course


def upsert_learner(team: Team, *, email: str, name: str, at: datetime) -> Learner:
    """The learner with this address, locked, and created if new; renamed if this event is the newest."""
    learner = lock_or_create_learner(team, email=email, name=name, at=at)
    rename(learner, name, at)
    return learner


def _insert(record: M, **identity: Model | str | int) -> M:
    """Insert the record; returns it, or the one that another transaction created in the meantime."""
    manager = type(record)._default_manager
    manager.bulk_create([record], ignore_conflicts=True)
    return manager.get(**identity)
