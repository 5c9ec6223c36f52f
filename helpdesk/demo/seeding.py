"""Fills a team with believable tickets, using COPY, for trials and benchmarks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone
from tqdm import tqdm

from helpdesk.courses.actions import upsert_course
from helpdesk.courses.models import Course, Learner, LearnerActivity, Lesson
from helpdesk.demo.simulation import COURSES, PRODUCER, invent_person, steps_before_asking
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.facts import StatusChanged, store_fact
from helpdesk.tickets.message_facts import NoteAdded
from helpdesk.tickets.models import Message, Priority, Status, Ticket, TicketEvent
from helpdesk.tickets.publishing import reserve_positions
from helpdesk.tickets.ticket_numbers import number_sequence

BATCH = 20_000
# A team that keeps up: only the newest tickets are unfinished.
STATUSES = [Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD]
UNFINISHED_SHARE = 0.04
NOTED_SHARE = 0.1
NOTES = [
    "Respondi por e-mail com a apostila.",
    "O vídeo trava no celular; mandei o link alternativo e avisei o suporte da Nutror.",
    "Faltava liberar o módulo seguinte. Liberado, e combinado de olhar de novo amanhã.",
    "Dúvida sobre o certificado: só sai com todas as aulas concluídas.",
    "Pediu reembolso; encaminhei ao financeiro com o número do pedido.",
    "Não achou a planilha. Está nos arquivos da aula, mandei a imagem de onde clicar.",
]


def seed_team(team: Team, tickets: int, *, seed: str = "seed", days: int = 365) -> None:
    """Add this many tickets from the last `days` days, with their history and their learners' activity."""
    random, now = Random(seed), timezone.now()
    courses = [
        upsert_course(
            team,
            producer_email=PRODUCER["email"],
            producer_name=PRODUCER["name"],
            hash=outline.hash,
            title=outline.title,
            at=now,
        )
        for outline in COURSES
    ]
    lessons = {
        (course.pk, place): _lesson(course, place, title, now)
        for course, outline in zip(courses, COURSES, strict=True)
        for place, title in enumerate(outline.lessons)
    }
    people = dict(Membership.objects.for_team(team).values_list("user_id", "user__name"))
    spread = timedelta(days=days) / tickets
    bar = tqdm(total=tickets, desc="Seeding", unit="ticket", disable=None)
    for start in range(0, tickets, BATCH):
        size = min(BATCH, tickets - start)
        moments = [now - spread * (tickets - start - place) for place in range(size)]
        unfinished_from = int(tickets * (1 - UNFINISHED_SHARE)) - start
        _Batch(team, random, courses, lessons, people, moments, unfinished_from).write()
        bar.update(size)
    bar.close()
    with connection.cursor() as cursor:
        for model in (Learner, Ticket, TicketEvent, Message, LearnerActivity):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _lesson(course: Course, place: int, title: str, at: datetime) -> int:
    """The primary key of this lesson of the course, which is created if necessary."""
    fields = {"team_id": course.team_id, "title": title, "named_at": at}
    return Lesson.objects.get_or_create(course=course, key=_lesson_key(place), defaults=fields)[0].pk


def _lesson_key(place: int) -> str:
    return str(1000 + place)


@dataclass
class _Asker:
    """A learner whose tickets are being created, all in one course."""

    row: list[Any]  # columns of Learner; the last is last_activity_at
    place_of_course: int
    steps: list[tuple[datetime, int | None]] = field(default_factory=list)  # time and lesson of each

    @property
    def pk(self) -> int:
        pk: int = self.row[0]
        return pk

    def lesson_before(self, asked_at: datetime) -> int | None:
        """The lesson of their last step up to this time."""
        before = (step for step in self.steps if step[0] <= asked_at)
        return max(before, key=itemgetter(0), default=(asked_at, None))[1]


@dataclass
class _Outcome:
    """The final state of a ticket."""

    status: Status
    assignee: int | None
    responded_at: datetime | None
    resolved_at: datetime | None
    priority: Priority


class _Batch:
    """Tickets that are written in one transaction; one in three is by the learner of the previous one."""

    def __init__(
        self,
        team: Team,
        random: Random,
        courses: list[Course],
        lessons: dict[tuple[int, int], int],
        people: dict[int, str],
        moments: list[datetime],
        unfinished_from: int,
    ) -> None:
        self.team, self.random, self.people = team, random, people
        self.courses, self.lessons = courses, lessons
        self.moments, self.unfinished_from = moments, unfinished_from
        self.now = timezone.now()
        self.learners: list[list[Any]] = []
        self.tickets, self.events, self.activities, self.notes = (list[tuple[Any, ...]]() for _table in range(4))

    @transaction.atomic
    def write(self) -> None:
        """Reserve ticket numbers and primary keys, invent the data, then copy it table by table."""
        size = len(self.moments)
        first_number = self._reserve_numbers(size)
        first_learner = self._reserve(Learner, size)
        first_ticket = self._reserve(Ticket, size)
        first_note = self._reserve(Message, size)
        asker = None
        for place, asked_at in enumerate(self.moments):
            if asker is None or self.random.random() > 0.33:
                asker = self._invent_asker(first_learner + place, asked_at)
            asker.row[-1] = asked_at
            ticket_id = first_ticket + place
            outcome = self._invent_outcome(asked_at, is_done=place < self.unfinished_from)
            version = self._add_history(ticket_id, first_note + place, asked_at, outcome)
            self._add_steps(asker, asked_at)
            self._add_ticket(ticket_id, first_number + place, asker, asked_at, outcome, version)
        self._copy_all()

    def _invent_asker(self, pk: int, asked_at: datetime) -> _Asker:
        place_of_course = self.random.randrange(len(self.courses))
        person = invent_person(self.random, pk)
        row = [pk, self.team.pk, f"{pk}.{person.email}", person.name, asked_at, asked_at, asked_at]
        self.learners.append(row)
        return _Asker(row, place_of_course)

    def _invent_outcome(self, asked_at: datetime, *, is_done: bool) -> _Outcome:
        random = self.random
        status = Status.RESOLVED if is_done else random.choice(STATUSES)
        assignee = random.choice([*self.people]) if self.people and (is_done or status != Status.NEW) else None
        answered_at = asked_at + timedelta(hours=random.expovariate(0.4))
        resolved_at = min(self.now, answered_at + timedelta(hours=random.expovariate(0.2))) if is_done else None
        responded_at = min(self.now, answered_at) if is_done or status == Status.PENDING else None
        priority = random.choices([Priority.NORMAL, Priority.HIGH, Priority.URGENT, Priority.LOW], [85, 8, 3, 4])[0]
        return _Outcome(status, assignee, responded_at, resolved_at, priority)

    def _add_history(self, ticket_id: int, note_id: int, asked_at: datetime, outcome: _Outcome) -> int:
        """Add what the team did with a ticket; returns the ticket's version after that."""
        happened: list[tuple[str, Fact, datetime]] = [("created", Fact(), asked_at)]
        if at := outcome.resolved_at:
            happened.append(("status_changed", StatusChanged(Status.NEW.value, Status.RESOLVED.value), at))
            if (writer := outcome.assignee) and self.random.random() < NOTED_SHARE:
                happened.append(("note_added", NoteAdded(note_id), at))
                text = self.random.choice(NOTES)
                self.notes.append((note_id, self.team.pk, ticket_id, "note", writer, self.people[writer], text, at))
        for version, (kind, fact, at) in enumerate(happened, start=1):
            facts = json.dumps(store_fact(fact, None))
            self.events.append((self.team.pk, ticket_id, kind, facts, version, at))
        return len(happened)

    def _add_steps(self, asker: _Asker, asked_at: datetime) -> None:
        """Add what the learner did in the course before asking."""
        course, outline = self.courses[asker.place_of_course], COURSES[asker.place_of_course]
        for step in steps_before_asking(self.random, outline, asked_at):
            lesson = outline.lessons[step.lesson] if step.kind.startswith(("lesson", "file", "comment")) else ""
            asker.steps.append((step.at, self.lessons[course.pk, step.lesson] if lesson else None))
            self.activities.append(
                (
                    self.team.pk,
                    asker.pk,
                    course.pk,
                    step.kind,
                    step.at,
                    _lesson_key(step.lesson) if lesson else "",
                    lesson,
                    "",
                    step.comment,
                    step.rating,
                    step.progress,
                    step.inactive_days,
                    step.at,
                )
            )

    def _add_ticket(
        self, pk: int, number: int, asker: _Asker, asked_at: datetime, outcome: _Outcome, version: int
    ) -> None:
        course = self.courses[asker.place_of_course]
        self.tickets.append(
            (
                pk,
                self.team.pk,
                number,
                asker.pk,
                course.pk,
                course.producer_id,
                asker.lesson_before(asked_at),
                outcome.status,
                outcome.priority,
                outcome.assignee,
                1,
                asked_at,
                self.team.respond_by(asked_at),
                asked_at,
                outcome.resolved_at or asked_at,
                outcome.responded_at,
                outcome.resolved_at,
                version,
            )
        )

    def _copy_all(self) -> None:
        _copy(Learner, "id team_id email name named_at created_at last_activity_at", self.learners)
        _copy(
            Ticket,
            "id team_id number learner_id course_id producer_id lesson_id status priority assignee_id request_count "
            "requested_at response_due_at created_at last_activity_at first_responded_at resolved_at version",
            self.tickets,
        )
        _copy(Message, "id team_id ticket_id kind author_id author_name body created_at", self.notes)
        _copy(
            LearnerActivity,
            "team_id learner_id course_id kind occurred_at lesson_key lesson_title module_title comment_text rating "
            "progress inactive_days created_at",
            self.activities,
        )
        positions = reserve_positions(len(self.events))
        _copy(
            TicketEvent,
            "team_id ticket_id kind facts version created_at actor_kind actor_name position",
            ((*row, "system", "", position) for row, position in zip(self.events, positions, strict=True)),
        )

    def _reserve_numbers(self, count: int) -> int:
        """Reserve consecutive ticket numbers; returns the first."""
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tickets_ticket IN SHARE ROW EXCLUSIVE MODE")
            sequence = number_sequence(self.team)
            cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [sequence, sequence, count - 1])
            last: int = cursor.fetchone()[0]
        return last - count + 1

    def _reserve(self, model: type[Model], number: int) -> int:
        """Reserve consecutive primary keys; returns the first."""
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
            sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
            newest = model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
            cursor.execute(f"SELECT setval({sequence}, greatest(%s, nextval({sequence})) + %s)", [newest, number])
            last: int = cursor.fetchone()[0]
        return last - number + 1


def _copy(model: type[Model], columns: str, rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(columns.split())
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
