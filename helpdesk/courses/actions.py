"""How producers, courses and learners come to be: found by what identifies them, or made, and named by newest events.

Names and addresses are cleaned here, however they come in. Safe under concurrency: a row made by another transaction
at the same time is the one that both use. Which name stands does not depend on the order in which the events are taken.
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
from helpdesk.ui.names import clean_key, clean_name
from helpdesk.ui.refusals import ActionRefused

M = TypeVar("M", bound=Model)


def find_or_create_producer(team: Team, *, email: str, name: str, at: datetime) -> Producer:
    """The team's producer of this address; created, with this name, where there is none."""
    email, name = clean_key(email), clean_name(name)
    producers = Producer.objects.for_team(team).filter(email=email)
    return producers.first() or _insert(
        Producer(team=team, email=email, name=name, named_at=at), email=email, team=team
    )


def find_or_create_course(
    team: Team, *, producer_email: str, producer_name: str, hash: str, title: str, at: datetime
) -> Course:
    """The course of this producer and hash, with its `producer` at hand; created, with these names, if new."""
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
    """The lesson in which this step was done; created where it is new, None where the step names none.

    Its title follows a newer step that has another: a step with the same writes nothing, so that learners of one lesson
    do not queue for its row.
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
    """The team's learner of this address, or whose it was before; created, with this name, where there is none.

    Locked until the end of the transaction, so that one learner's events take turns.
    """
    email, name = clean_key(email), clean_name(name)
    learners = Learner.objects.select_for_update(of=("self",), no_key=True)
    # In this order: while the first waits, it may become the address of before.
    learner = learners.filter(team=team, email=email).first()
    former = learners.filter(_had_address(team.pk, email), erased_at=None)
    learner = learner or former.first()
    if learner is None:
        defaults = {"name": name, "named_at": at, "last_activity_at": at}
        learner, _is_new = learners.get_or_create(team=team, email=email, defaults=defaults)
    note_activity({learner: at})
    return learner


def _had_address(team_id: int, email: str) -> Q:
    """Of learners those for whom it still stands, though it was corrected."""
    return Q(former_addresses__team=team_id, former_addresses__email=email, former_addresses__ended_at=None)


def note_activity(times: Mapping[Learner, datetime]) -> None:
    """These learners, all locked, did something at these times (UTC), or it happened to them."""
    later = [learner for learner, at in times.items() if learner.last_activity_at < at]
    for learner in later:
        learner.last_activity_at = times[learner]
    if later:
        Learner.objects.bulk_update(later, ["last_activity_at"])


def rename(record: Producer | Course | Lesson | Learner, name: str, at: datetime) -> None:
    """Have it bear the name of an event of this time (UTC), unless it has the name of a newer one.

    Of two names at the same time the one that is later in the alphabet stands, whichever came first.
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
    """Have a pseudonym stand for a learner who is erased from this time (UTC) on; no name comes back to it.

    It is no address, so that nothing can be sent there.
    """
    Learner.objects.filter(pk=learner.pk).update(
        email=pseudonym_of(learner.pk), name="", phone="", language="", erased_at=at, updated_at=timezone.now()
    )


def set_corrected_name(learner: Learner, name: str) -> bool:
    """Keep the name that they say is theirs, whatever events say later; False for one who is erased.

    The learner's row alone: `privacy.actions.correct_name` also records it and tells whoever has the former one.
    """
    now = timezone.now()
    present = Learner.objects.filter(pk=learner.pk, erased_at=None)
    return bool(present.update(name=clean_name(name), corrected_at=now, updated_at=now))


@transaction.atomic
def set_corrected_address(learner: Learner, email: str) -> bool:
    """Keep this address, whatever events say later; False for one who is erased.

    By the one of before, events know them still: none brings it back, nor makes somebody new of it. What else has to
    follow does `privacy.actions.correct_address`. Raises AddressTaken where another learner has it, or had.
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
    except IntegrityError:  # made just now
        _check_free(locked, email)
        raise
    learner.email, learner.updated_at = email, now
    return True


@transaction.atomic
def end_former_address(address: FormerAddress) -> bool:
    """From now on it is somebody else's; what came by then stays this learner's. False where it has ended, or is gone.

    It takes turns with a correction and an erasure of the learner.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=address.learner_id)
    now = database_now()  # what comes in bears its time
    return bool(FormerAddress.objects.current().filter(pk=address.pk).update(ended_at=now))


class AddressTaken(ActionRefused):
    """The address is that of another learner of the team, `other`, or was until it was corrected (`is_former`)."""

    def __init__(self, other: Learner, *, is_former: bool) -> None:
        text = _("Another learner had this address.") if is_former else _("Another learner has this address.")
        super().__init__(text)
        self.other, self.is_former = other, is_former


def _check_free(learner: Learner, email: str) -> None:
    """Refuse an address that another learner of the team has, or had before it was corrected. Raises AddressTaken."""
    others = Learner.objects.filter(team=learner.team_id).exclude(pk=learner.pk)
    if other := others.filter(email=email).first():
        raise AddressTaken(other, is_former=False)
    if other := others.filter(_had_address(learner.team_id, email)).first():
        raise AddressTaken(other, is_former=True)


@transaction.atomic
def set_phone(learner: Learner, phone: str, program: str = "") -> bool:
    """Have them be known by this phone, and nothing else of them change; False for one who is erased.

    Who changes it, a person or the program of this name, is noted.
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
    """As `rename`, but waiting for nobody: one that somebody else holds is named by a job."""
    if not is_newer_name(record, name, at):
        return
    if type(record)._default_manager.filter(pk=record.pk).skip_locked().values("pk").first():
        rename(record, name, at)
    else:
        job = app.configure_task("courses.rename_later")
        job.defer(model=type(record).__name__, pk=record.pk, name=name, at=at.isoformat())


def is_newer_name(record: Producer | Course | Lesson | Learner, name: str, at: datetime) -> bool:
    """Whether this name, of an event of this time (UTC), is newer than the one that the record has."""
    if isinstance(record, Learner) and record.corrected_at:
        return False
    current = record.title if isinstance(record, Course | Lesson) else record.name
    return bool(name) and (not current or (record.named_at, current) < (at, name))


def upsert_course(
    team: Team, *, producer_email: str, producer_name: str, hash: str, title: str, at: datetime
) -> Course:
    """The course of this producer and hash, with `producer` at hand, both under the names of the newest event."""
    course = find_or_create_course(
        team, producer_email=producer_email, producer_name=producer_name, hash=hash, title=title, at=at
    )
    rename(course.producer, producer_name, at)
    rename(course, title, at)
    return course


def upsert_learner(team: Team, *, email: str, name: str, at: datetime) -> Learner:
    """The team's learner of this address, under the name of the newest event; locked till the commit."""
    learner = lock_or_create_learner(team, email=email, name=name, at=at)
    rename(learner, name, at)
    return learner


def _insert(record: M, **identity: Model | str | int) -> M:
    """The record, or the one that another transaction made in the meantime."""
    manager = type(record)._default_manager
    manager.bulk_create([record], ignore_conflicts=True)
    return manager.get(**identity)
