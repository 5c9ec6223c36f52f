"""The learner, course and producer that Nutror events are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.courses.actions import find_or_create_course, note_activity, rename_unless_locked
from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity, Producer
from helpdesk.privacy import tombstones
from helpdesk.teams.models import Team
from helpdesk.tickets.actions import place_in_lessons
from webhooks.events import Event

Kind = LearnerActivity.Kind
Named = Producer | Course | Learner

# The only event in which the learner acts towards the team; the others only report about them.
ASKING = "nutror.learner_help"
# How far the sender's clock may be behind ours when a learner asks for help after their erasure.
CLOCK_TOLERANCE = timedelta(minutes=5)


class EventOfErasedLearner(Exception):
    """The event is about a learner who has been erased, and does not begin a new record of them."""


class Records:
    """A team's records within one batch of events: each is looked up once, and finally named as in the newest event.

    Valid only in the batch's transaction, which locks the existing learners. Learners locked by another transaction are
    `busy`: their events are left for later.
    """

    def __init__(self, team: Team, events: Iterable[Event]) -> None:
        """Find and lock the learners of these events."""
        self.team = team
        self._ended_addresses = self._addresses_that_ended(events := list(events))
        emails = {self.address_of(event) for event in events}
        learners = Learner.objects.for_team(team).filter(email__in=emails)
        locked = learners.skip_locked()
        self._learners = {learner.email: learner for learner in locked}
        unlocked = learners.exclude(email__in=self._learners).values_list("email", flat=True)
        self.busy = set(unlocked) if len(self._learners) < len(emails) else set()
        self._find_by_former_addresses(emails - self.busy - self._learners.keys())
        self._tombstones = tombstones.tombstones_of(team.pk, emails)
        self._courses: dict[tuple[str, str], Course] = {}
        self._names: dict[Named, tuple[datetime, str]] = {}
        self._heard_of: dict[Learner, datetime] = {}
        self._activity_from: dict[Learner, datetime] = {}

    def _addresses_that_ended(self, events: list[Event]) -> list[tuple[str, datetime, str]]:
        """Former addresses of learners: the address, when it ended (UTC), and the learner's current address."""
        if not events:
            return []
        ended = FormerAddress.objects.for_team(self.team).ended_since(min(event.received_at for event in events))
        ended = ended.filter(email__in={event.learner_email for event in events}, learner__erased_at=None)
        values = ended.order_by("ended_at").values_list("email", "ended_at", "learner__email")
        return [(email, ended_at, present) for email, ended_at, present in values if ended_at]  # never None

    def address_of(self, event: Event) -> str:
        """The current address of the event's learner; empty if it cannot be told."""
        present_addresses = (
            present
            for email, ended_at, present in self._ended_addresses
            if email == event.learner_email and event.received_at <= ended_at
        )
        return next(present_addresses, event.learner_email)

    def is_busy(self, event: Event) -> bool:
        """Whether another transaction has locked the event's learner."""
        return self.address_of(event) in self.busy

    def _find_by_former_addresses(self, emails: set[str]) -> None:
        """Also find learners by addresses that were corrected since.

        Runs last, because an address may be corrected during the look-up.
        """
        if not emails:
            return
        former = FormerAddress.objects.for_team(self.team).current().filter(email__in=emails, learner__erased_at=None)
        learners = dict(former.values_list("email", "learner_id"))
        if not learners:
            return
        locked = {learner.pk: learner for learner in self._learners.values()}
        locked |= Learner.objects.filter(pk__in=set(learners.values()) - locked.keys()).skip_locked().in_bulk()
        for email, pk in learners.items():
            if pk in locked:
                self._learners[email] = locked[pk]
            else:
                self.busy.add(email)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A savepoint of both the database and this object; any exception rolls both back."""
        kept = "_learners", "_courses", "_names", "_heard_of", "_activity_from"
        before = {name: dict(getattr(self, name)) for name in kept}
        try:
            with transaction.atomic():
                yield
        except BaseException:
            self.__dict__.update(before)
            raise

    def course(self, event: Event, at: str = "course") -> Course:
        """The course at `data.<at>`, created with its producer if necessary."""
        email, hash = event.email("producer.email"), event.required_text(f"{at}.hash", longest=128)
        producer_name, title = event.name_at("producer.name"), event.name_at(f"{at}.title")
        if (email, hash) not in self._courses:
            self._courses[email, hash] = find_or_create_course(
                self.team,
                producer_email=email,
                producer_name=producer_name,
                hash=hash,
                title=title,
                at=event.occurred_at,
            )
        course = self._courses[email, hash]
        self._note_name(course, title, event.occurred_at)
        self._note_name(course.producer, producer_name, event.occurred_at)
        return course

    def learner(self, event: Event) -> Learner:
        """The learner of the event; locked until the end of the batch."""
        return self.get_or_create_learner(event)[0]

    def get_or_create_learner(self, event: Event) -> tuple[Learner, bool]:
        """The event's learner, locked until the end of the batch, and whether they were just created.

        Raises IntegrityError if another transaction just created the same learner; the next attempt finds them. Raises
        EventOfErasedLearner if the event happened before the learner's erasure, however late it arrives.

        After an erasure only a help request begins a new record, because there the learner asks for it. One that
        arrives later may be up to CLOCK_TOLERANCE older than the erasure, so that a wrong clock does not lose it.
        """
        event.email("learner.email")
        email, name = self.address_of(event), event.name_at("learner.name")
        is_new = email not in self._learners
        if self.is_of_erased(event):
            raise EventOfErasedLearner
        if is_new:
            self._learners[email] = Learner.objects.create(
                team=self.team,
                email=email,
                name=name,
                named_at=event.occurred_at,
                last_activity_at=event.occurred_at,
            )
        learner = self._learners[email]
        self._heard_of[learner] = max(event.occurred_at, self._heard_of.get(learner, event.occurred_at))
        self._note_name(learner, name, event.occurred_at)
        return learner, is_new

    def is_of_erased(self, event: Event) -> bool:
        """Whether the event's learner was erased and the event does not begin a new record of them."""
        email = self.address_of(event)
        tombstone = self._tombstones.get(email)
        if tombstone is None or not tombstone.stands_at(event.occurred_at):
            return False
        erased_at, is_asking = tombstone.erased_at, event.name == ASKING
        since = erased_at - CLOCK_TOLERANCE if is_asking and event.received_at > erased_at else erased_at
        return event.occurred_at <= since or not (is_asking or email in self._learners or email in self.busy)

    def record_activity(self, event: Event, kind: str, **facts: object) -> None:
        """Record an activity of the learner, with the lesson if the event names one."""
        course, learner = self.course(event), self.learner(event)
        LearnerActivity.objects.create(
            team=self.team,
            course=course,
            learner=learner,
            kind=kind,
            occurred_at=event.occurred_at,
            lesson_key=event.text("lesson.id", longest=64),
            lesson_title=event.name_at("lesson.title"),
            progress=event.number("course.progress", largest=100),
            **facts,
        )
        self.note_step(learner, event.occurred_at)

    def note_step(self, learner: Learner, at: datetime) -> None:
        """Note that an activity of the learner at this time (UTC) was stored."""
        self._activity_from[learner] = min(at, self._activity_from.get(learner, at))

    def write(self) -> None:
        """Write what all events together say: names, last activity, and at which lessons learners were when they asked.

        Rows that somebody else has locked are updated by jobs, so that no event waits.
        """
        for record, (at, name) in self._names.items():
            rename_unless_locked(record, name, at)
        note_activity(self._heard_of)
        place_in_lessons(self._activity_from)

    def _note_name(self, record: Named, name: str, at: datetime) -> None:
        if name and (record not in self._names or (at, name) > self._names[record]):
            self._names[record] = at, name
