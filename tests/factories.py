"""Makes records for tests, each with a believable default for what the test does not say."""

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
    """A team that works at all hours, so that no test rests on the day of the week."""

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
    # Without figures, which a search for a number would find by chance.
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
    """A ticket made the way that tickets are made."""
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
    """What as many calls of `open_ticket` make, by a few statements, where it matters only that there are many.

    Each is of one of the learners, who have no other in the course, or of a new one, and was asked for so long after
    the one before; `fields` are those of the rows.
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
    """What a worker does with events that are committed, or stored in the test's transaction: all follows from them."""
    deadline = time.monotonic() + 20
    while TicketEvent.objects.filter(position=None).exists():
        PUBLISHER.work()  # a worker process of the test's may be at it as well
        assert time.monotonic() < deadline, "nothing is published"


KEY = "chave-de-teste-0001"


def source_of(team: Team | None = None, *, key: str = KEY) -> Source:
    """A source with one live key."""
    return create_source(team or TeamFactory(), "Nutror", key)[0]
