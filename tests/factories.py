"""Creates records for tests, with plausible defaults for everything that a test does not specify."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import factory
from django.db import connection, transaction
from factory.django import DjangoModelFactory

from helpdesk.courses.models import Course, Learner, LearnerActivity, Producer
from helpdesk.teams.business_hours import WEEKDAYS
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actions.recording import event_of, record_all
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.publishing import PUBLISHER
from helpdesk.tickets.ticket_numbers import number_sequence
from webhooks.actions import create_source
from webhooks.models import Source

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


ALL_HOURS = {day: {"from": "00:00", "to": "24:00"} for day in WEEKDAYS}


class TeamFactory(DjangoModelFactory):
    """A team that works around the clock, so that no test depends on the day of the week."""

    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Escola {n}")
    slug = factory.Sequence(lambda n: f"escola-{n}")
    business_hours = ALL_HOURS


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Pessoa {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.AGENT


class ProducerFactory(DjangoModelFactory):
    class Meta:
        model = Producer

    team = factory.SubFactory(TeamFactory)
    email = factory.Sequence(lambda n: f"producer{n}@example.com")
    name = "Ana Prado"
    named_at = NOON


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = Course

    team = factory.SubFactory(TeamFactory)
    producer = factory.SubFactory(ProducerFactory, team=factory.SelfAttribute("..team"))
    hash = factory.Sequence(lambda n: f"{n:040x}")
    title = "Confeitaria do zero"
    named_at = NOON


FIGURES = str.maketrans("0123456789", "abcdefghij")


class LearnerFactory(DjangoModelFactory):
    class Meta:
        model = Learner

    team = factory.SubFactory(TeamFactory)
    # Without digits, which searches for a number would match by chance.
    email = factory.Sequence(lambda n: f"learner{str(n).translate(FIGURES)}@example.com")
    name = "Mariana Ribeiro"
    named_at = NOON


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = LearnerActivity

    team = factory.SubFactory(TeamFactory)
    learner = factory.SubFactory(LearnerFactory, team=factory.SelfAttribute("..team"))
    course = factory.SubFactory(CourseFactory, team=factory.SelfAttribute("..team"))
    kind = LearnerActivity.Kind.LESSON_STARTED
    lesson_title = "Ponto do caramelo"
    occurred_at = NOON


def open_ticket(team: Team, **fields) -> Ticket:
    """A ticket created the regular way."""
    course = fields.pop("course", None) or CourseFactory(team=team)
    learner = fields.pop("learner", None) or LearnerFactory(team=team)
    fields.setdefault("requested_at", NOON)
    return actions.open_ticket(team, Actor.system(), learner=learner, course=course, producer=course.producer, **fields)


def open_tickets(
    team: Team,
    count: int,
    *,
    course: Course | None = None,
    learners: Iterable[Learner] = (),
    requested_at: datetime = NOON,
    apart: timedelta = timedelta(),
    **fields,
) -> list[Ticket]:
    """Open `count` tickets with few statements, for tests that only need many.

    Each has one of `learners`, who have no other ticket in the course, or a new one, and was requested `apart` after
    the one before; `fields` are values for the rows.
    """
    course = course or CourseFactory(team=team)
    learners = [*learners] or Learner.objects.bulk_create(LearnerFactory.build_batch(count, team=team))
    fields |= {"team": team, "course": course, "producer": course.producer}
    times = [requested_at + place * apart for place in range(count)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [number_sequence(team), count])
        tickets = Ticket.objects.bulk_create(
            Ticket(number=number, learner=learner, requested_at=at, response_due_at=team.respond_by(at), **fields)
            for (number,), learner, at in zip(cursor.fetchall(), learners, times, strict=True)
        )
        record_all([event_of(ticket, Actor.system(), TicketEvent.Kind.CREATED) for ticket in tickets])
    return tickets


def publish() -> None:
    """Publish events that are committed or stored in the test's transaction, as a worker does."""
    deadline = time.monotonic() + 20
    while TicketEvent.objects.filter(position=None).exists():
        PUBLISHER.work()  # a worker process may be publishing too
        assert time.monotonic() < deadline, "nothing is published"


KEY = "chave-de-teste-0001"


def source_of(team: Team | None = None, *, key: str = KEY) -> Source:
    """A source with one active key."""
    return create_source(team or TeamFactory(), "Nutror", key)[0]
