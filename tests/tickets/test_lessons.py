"""In which lesson a learner was when they asked: known when a ticket opens, and after activity that comes late."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from helpdesk.courses.actions import find_or_create_lesson
from helpdesk.courses.models import Course, Learner, LearnerActivity, Lesson
from helpdesk.tickets.learner_context import contexts_of
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.factories import NOON, ActivityFactory, CourseFactory, LearnerFactory, TeamFactory, open_ticket, source_of
from tests.migrating import migrate
from tests.webhooks.lessons import event, lesson_event
from tests.webhooks.sender import deliver, learner_help


@pytest.mark.django_db
def test_a_ticket_has_the_lesson_of_the_last_activity_before_it(team):
    learner, course = LearnerFactory(team=team), CourseFactory(team=team)
    for minutes, title in ((30, "Massa"), (10, "Caramelo"), (-5, "Ganache")):
        ActivityFactory(
            team=team, learner=learner, course=course, lesson_title=title, occurred_at=NOON - timedelta(minutes=minutes)
        )
    ticket = open_ticket(team, learner=learner, course=course)
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.course, lesson.team, ticket.lesson) == ("Caramelo", course, team, lesson)
    assert contexts_of([ticket])[ticket.pk].lesson == "Caramelo"
    assert open_ticket(team, learner=learner).lesson is None  # in another course


@pytest.mark.django_db
def test_an_activity_outside_lessons_leaves_the_lesson_unknown(team):
    step = ActivityFactory(team=team, kind=LearnerActivity.Kind.CERTIFICATE_VIEWED, lesson_title="")
    assert open_ticket(team, learner=step.learner, course=step.course).lesson is None
    assert not Lesson.objects.exists()


HOURS = [f"2024-01-01T1{hour}:00:00Z" for hour in range(4)]


@pytest.mark.django_db
@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_the_lesson_does_not_depend_on_the_order_of_events(client, order):
    source = source_of()
    events = [
        lesson_event("Massa", HOURS[0], id="a"),
        lesson_event("Caramelo", HOURS[1], id="b"),
        learner_help(id="c", createdAt=HOURS[2]),
        lesson_event("Ganache", HOURS[3], id="d"),
    ]
    for number in order:
        deliver(client, source, events[number])
    ticket = Ticket.objects.get(lesson__title="Caramelo")
    assert ticket.version == 1
    assert TicketEvent.objects.count() == 1
    assert Learner.objects.get().last_activity_at.isoformat() == "2024-01-01T13:00:00+00:00"


@pytest.mark.django_db
def test_a_late_enrollment_counts_as_the_last_activity(client):
    source = source_of()
    help_request = learner_help(id="b", createdAt=HOURS[2])
    deliver(client, source, lesson_event("Massa", HOURS[0], id="a"))
    deliver(client, source, help_request)
    course = help_request["data"]["course"]
    enrolled = event("nutror.enrollment_created", id="c", createdAt=HOURS[1], courses=[course])
    deliver(client, source, enrolled)
    assert Ticket.objects.get().lesson is None


@pytest.mark.django_db
def test_deleting_a_course_deletes_its_lessons(team):
    step = ActivityFactory(team=team)
    by_hand = open_ticket(team, learner=step.learner)
    Ticket.objects.filter(pk=by_hand.pk).update(lesson=find_or_create_lesson(step))
    Course.objects.get(pk=step.course_id).delete()
    assert not Lesson.objects.exists()
    assert Ticket.objects.get().lesson is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_older_tickets_and_learners_are_migrated(monkeypatch):
    team = TeamFactory()
    steps = [
        ActivityFactory(team=team, lesson_key=key, lesson_title=title, occurred_at=NOON + timedelta(hours=hour))
        for hour, (key, title) in enumerate([("1", "Massa"), ("", "Caramelo"), ("", "")])
    ]
    again = ActivityFactory(team=team, course=steps[0].course, lesson_key="1", lesson_title="Massas", occurred_at=NOON)
    LearnerActivity.objects.filter(pk=again.pk).update(occurred_at=NOON + timedelta(minutes=1))
    tickets = [
        open_ticket(team, learner=step.learner, course=step.course, requested_at=NOON + timedelta(hours=9))
        for step in [*steps, again]
    ]
    quiet = LearnerFactory(team=team)
    then = dict(Ticket.objects.values_list("pk", "lesson__title"))
    try:
        migrate(("courses", "0011_texts"), ("tickets", "0018_texts"))
    finally:
        migrate()
    now = dict(Ticket.objects.values_list("pk", "lesson__title"))
    assert (
        now
        == then
        == {tickets[0].pk: "Massas", tickets[1].pk: "Caramelo", tickets[2].pk: None, tickets[3].pk: "Massas"}
    )
    assert Learner.objects.get(pk=steps[0].learner_id).last_activity_at == NOON + timedelta(hours=9)
    assert Learner.objects.get(pk=quiet.pk).last_activity_at <= timezone.now()
