"""Simulates a month of a school, to measure how often learners' questions are known, guessed and answered.

Tickets, the learner's page, guesses and replies are the product's own. The learners, when they answer and how fast the
team replies are invented. What a learner really needs is not in the database.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.answers import answers_for
from helpdesk.conversations.guesses import guesses_for
from helpdesk.conversations.learner_page import learner_links
from helpdesk.courses.actions import lock_or_create_learner, upsert_course
from helpdesk.courses.models import Course, Learner, LearnerActivity
from helpdesk.demo.simulated_problems import (
    SOLUTIONS,
    USUAL,
    Noise,
    draw_topic,
    lesson_profile,
    said_topic,
    steps_of,
    words_for,
)
from helpdesk.demo.simulation import COURSES, FIRST_NAMES, PRODUCER, Outline, Step, invent_person
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket, Topic

OPENS, CLOSES = 9, 18  # the team's working hours, on weekdays
ANSWERING = 0.55  # share of the learners who answer at all
BY_EMAIL = 0.15  # share of these who only write an e-mail and choose no topic
ANSWER_MEDIAN = 35.0  # minutes after the first e-mail, which is sent five minutes after the call
WORDS = 0.6  # share of those who choose a topic and also write
TOLD_BY_TEAM = 0.5  # share of the tickets without a topic to which the team gives one after replying
MISTAKEN = 0.05  # share of these in which that topic is wrong


class Plan(NamedTuple):
    """Days, calls per day, how fast the team replies (median, in working hours), and the noise.

    If `is_brief`, questions are stored directly, without pages and replies: they are known at the same times, so the
    guesses are the same, but nothing is answered.
    """

    days: int = 28
    daily: int = 30
    team_hours: float = 3.0
    noise: Noise = USUAL
    seed: str = "month"
    is_brief: bool = False


@dataclass
class Case:
    """A ticket, what only the simulation knows about it, and what the product made of it.

    `offered` holds, for each suggested answer, whether it was about the same problem; None if no question was known.
    """

    ticket: Ticket
    real: Topic
    words: str
    week: int
    guessed: list[str]
    baseline: list[str]
    is_answering: bool = False
    is_known_first: bool = False
    offered: list[bool] | None = None


@dataclass
class Month:
    """The results; `names` counts suggested answers that contain another learner's name."""

    cases: list[Case] = field(default_factory=list)
    names: int = 0

    def share(self, is_so: Callable[[Case], bool], among: Callable[[Case], bool] = lambda case: True) -> float:
        """The share of these cases for which it is true, in per cent; 0 if there are none."""
        those = [case for case in self.cases if among(case)]
        return round(100 * sum(map(is_so, those)) / len(those), 1) if those else 0.0


def simulate(plan: Plan) -> Month:
    """Simulate a month in a temporary team, in a transaction that is rolled back. No e-mail is sent."""
    with transaction.atomic():
        month = _Simulation(plan).run()
        transaction.set_rollback(True)
    return month


class _Simulation:
    """A running simulation: a queue of what happens next."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.random, self.month = plan, Random(plan.seed), Month()
        self.team: Team = create_team("Simulated month", "simulated-month@escoladaana.example", None, "Ana Prado")
        self.person = Actor.person(Membership.objects.select_related("user").get(team=self.team).user)
        self.begin = timezone.localtime(timezone=self.team.zone) - timedelta(days=plan.days)
        self.begin = self.begin.replace(hour=0, minute=0, second=0, microsecond=0)
        self.client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="pt-br")
        self.queue: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self.numbers = count()
        self.problem_of: dict[int, Topic] = {}  # by the primary key of the reply
        self.schools = [(outline, self._course(outline), self._profiles(outline)) for outline in COURSES]

    def _profiles(self, outline: Outline) -> list[dict[Topic, float]]:
        return [lesson_profile(self.random) for _lesson in outline.lessons]

    def _course(self, outline: Outline) -> Course:
        email, name = PRODUCER["email"], PRODUCER["name"]
        return upsert_course(
            self.team, producer_email=email, producer_name=name, hash=outline.hash, title=outline.title, at=self.begin
        )

    def run(self) -> Month:
        """Run the month in order of time."""
        for day in range(self.plan.days):
            for _call in range(self.plan.daily):
                self._later(self.begin + timedelta(days=day, hours=self.random.triangular(6, 24, 20)), self._ask)
        while self.queue:
            at, _number, happen, values = heapq.heappop(self.queue)
            happen(at, *values)
        return self.month

    def _later(self, at: datetime, happen: Callable[..., None], *values: Any) -> None:
        heapq.heappush(self.queue, (at, next(self.numbers), happen, values))

    def _ask(self, at: datetime) -> None:
        """A learner presses “ask for help”; Eduzz sends their activity, but no question."""
        random = self.random
        outline, course, profiles = random.choice(self.schools)
        lesson = min(int(random.expovariate(0.35)), len(outline.lessons) - 1)
        real = draw_topic(random, profiles[lesson])
        person = invent_person(random, next(self.numbers))
        learner = lock_or_create_learner(self.team, email=person.email, name=person.name, at=at)
        steps = steps_of(random, real, outline, lesson, at, self.plan.noise)
        LearnerActivity.objects.bulk_create(_activity(step, learner, course, outline) for step in steps)
        ticket = actions.open_ticket(
            self.team, Actor.system(), learner=learner, course=course, producer=course.producer, requested_at=at
        )
        guessed = [guess.topic.value for guess in guesses_for(ticket)]
        words = words_for(random, real, outline.lessons[lesson])
        case = Case(ticket, real, words, (at - self.begin).days // 7 + 1, guessed, self._most_frequent())
        self.month.cases.append(case)
        if random.random() < ANSWERING:
            case.is_answering = True
            minutes = 5 + ANSWER_MEDIAN * random.lognormvariate(0, 1.4)
            self._later(at + timedelta(minutes=minutes), self._answer, case)
        hours = self.plan.team_hours * random.lognormvariate(0, 0.7)
        self._later(_after_working(at, timedelta(hours=hours)), self._handle, case)

    def _most_frequent(self) -> list[str]:
        """The baseline: the three most frequent topics of the team's tickets."""
        known = Ticket.objects.for_team(self.team).exclude(topic="").values_list("topic").annotate(tickets=Count("pk"))
        return [topic for topic, _tickets in known.order_by("-tickets", "topic")[:3]]

    def _answer(self, at: datetime, case: Case) -> None:
        """The learner says what it is about: mostly on their page, as the first e-mail asks."""
        random, ticket = self.random, case.ticket
        if random.random() < BY_EMAIL:
            topic, words, channel = "", case.words, Message.Channel.EMAIL
        else:
            topic, channel = said_topic(random, case.real, self.plan.noise).value, Message.Channel.PAGE
            words = case.words if random.random() < WORDS else ""
        actor = Actor.learner(ticket.learner)
        if self.plan.is_brief:
            _write_down(case, actor, words, topic)
        elif channel == Message.Channel.EMAIL:
            receive_message(ticket, actor, IncomingMessage(words, channel, trust=Message.Trust.TOKEN))
        else:
            self._say_on_page(ticket, words, topic)

    def _say_on_page(self, ticket: Ticket, words: str, topic: str) -> None:
        page = reverse("learner_page", args=[learner_links.create_link(ticket)[1]])
        address = f"10.{ticket.pk >> 16 & 255}.{ticket.pk >> 8 & 255}.{ticket.pk & 255}"
        said = {"do": "write", "key": "k", "topic": topic, "body": words}
        codes = [self.client.get(page, REMOTE_ADDR=address).status_code]
        codes.append(self.client.post(page, said, REMOTE_ADDR=address).status_code)
        if codes != [200, 303]:
            raise RuntimeError(f"the learner's page answered {codes}")

    def _handle(self, at: datetime, case: Case) -> None:
        """The team replies and resolves the ticket, knowing what is known by then."""
        ticket = Ticket.objects.select_related("learner", "course", "lesson", "team").get(pk=case.ticket.pk)
        case.is_known_first = ticket.is_question_known
        solution = self.random.choice(SOLUTIONS[case.real])
        if not self.plan.is_brief:
            self._reply(ticket, case, solution)
        if not ticket.topic and self.random.random() < TOLD_BY_TEAM:
            is_mistaken = self.random.random() < MISTAKEN
            actions.choose_topic(ticket, self.person, self.random.choice(list(Topic)) if is_mistaken else case.real)

    def _reply(self, ticket: Ticket, case: Case, solution: str) -> None:
        first_name = ticket.learner.name.partition(" ")[0]
        if ticket.is_question_known:
            answers = answers_for(ticket, self.person)
            case.offered = [self.problem_of[answer.pk] == case.real for answer in answers]
            self.month.names += sum(_names_somebody(answer.text, first_name) for answer in answers)
        body = f"Oi, {first_name}! {solution}\n\nUm abraço,\nAna"
        message = reply(ticket, self.person, body, then=Status.RESOLVED)
        self.problem_of[message.pk] = case.real


def _write_down(case: Case, actor: Actor, words: str, topic: str) -> None:
    """Store what a learner says, but keep a question and a topic that are there already."""
    ticket = Ticket.objects.get(pk=case.ticket.pk)
    actions.change_question(ticket, actor, ticket.question or words, ticket.topic or topic)


def _activity(step: Step, learner: Learner, course: Course, outline: Outline) -> LearnerActivity:
    is_in_lesson = step.kind.startswith(("lesson", "file", "comment"))
    return LearnerActivity(
        team_id=learner.team_id,
        learner=learner,
        course=course,
        kind=step.kind,
        occurred_at=step.at,
        lesson_key=str(1000 + step.lesson) if is_in_lesson else "",
        lesson_title=outline.lessons[step.lesson] if is_in_lesson else "",
        comment_text=step.comment,
        rating=step.rating,
        progress=step.progress,
    )


def _names_somebody(text: str, but: str) -> bool:
    words = set(text.replace(",", " ").replace("!", " ").replace(".", " ").split())
    return bool(words & set(FIRST_NAMES) - {but})


def _after_working(at: datetime, work: timedelta) -> datetime:
    """The time after this much working time."""
    while True:
        opens, closes = (at.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in (OPENS, CLOSES))
        at = max(at, opens)
        if at.weekday() < 5 and at < closes:
            if at + work <= closes:
                return at + work
            work -= closes - at
        at = opens + timedelta(days=1)
