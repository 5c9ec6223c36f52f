"""What a learner did and asked, and how much help a course needs."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.actions import find_or_create_lesson
from helpdesk.courses.models import Learner, LearnerActivity
from helpdesk.tickets.models import Ticket
from helpdesk.workspace.activity_sessions import sessions_of
from helpdesk.workspace.similar_tickets import COUNTED_AT_MOST
from tests.factories import (
    NOON,
    ActivityFactory,
    CourseFactory,
    LearnerFactory,
    open_ticket,
)

pytestmark = pytest.mark.django_db
Kind = LearnerActivity.Kind


def test_a_long_pause_starts_a_session_and_a_call_joins_one(team, learner):
    def step(minutes, **fields):
        return ActivityFactory(team=team, learner=learner, occurred_at=NOON + timedelta(minutes=minutes), **fields)

    steps = [step(0), step(20), step(51), step(300)]
    call = open_ticket(team, learner=learner, requested_at=NOON + timedelta(minutes=55))
    sessions = sessions_of(steps, [call])
    assert [len(session.steps) for session in sessions] == [1, 2, 2]
    assert [session.asked for session in sessions] == [False, True, False]
    assert sessions[2].duration == timedelta(minutes=20)


def test_the_learners_page_shows_everything_and_is_paginated(page, team, learner):
    course = CourseFactory(team=team, title="Bolos")
    for number in range(70):
        ActivityFactory(
            team=team,
            learner=learner,
            course=course,
            lesson_title=f"Aula {number}",
            occurred_at=NOON - timedelta(hours=number),
            progress=70 - number,
        )
    ActivityFactory(
        team=team,
        learner=learner,
        course=course,
        kind=Kind.LESSON_RATED,
        rating=4,
        occurred_at=NOON + timedelta(hours=1),
    )
    ticket = open_ticket(team, learner=learner, course=course)
    text = page.get(f"/t/escola/learners/{learner.pk}/").text
    for told in ("Mariana Ribeiro", "<wbr>@example.com", f"#{ticket.number}", "Aula 0<", "Aula 58", "4.0", "70%"):
        assert told in text
    assert "Aula 59" not in text
    response = page.get(f"/t/escola/learners/{learner.pk}/")
    earlier = page.get(f"/t/escola/learners/{learner.pk}/?before={response.context['earlier']}").text
    assert "Aula 59" in earlier
    assert "Aula 69" in earlier
    assert "Aula 58" not in earlier
    assert page.get(f"/t/escola/learners/{learner.pk}/?before=nonsense").status_code == 200


def test_a_learner_without_activity_has_a_readable_page(page, team, learner):
    text = page.get(f"/t/escola/learners/{learner.pk}/").text
    assert "Nothing yet." in text
    assert "Never asked for help." in text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(11) 91234-5678", "5511912345678"),
        ("11 3456-7890", "551134567890"),
        ("+351 912 345 678", "351912345678"),
        ("0055 11 91234 5678", "5511912345678"),
        ("", ""),
    ],
)
def test_a_phone_number_is_stored_with_its_country(page, learner, typed, kept):
    assert page.post(f"/t/escola/learners/{learner.pk}/", {"phone": typed}).status_code == 302
    assert Learner.objects.get().phone == kept


@pytest.mark.parametrize("typed", ["123", "abc", "+55 11 1", "1" * 20, "91234-5678", "ramal 11 91234-5678"])
def test_an_invalid_phone_number_is_refused(page, learner, typed):
    response = page.post(f"/t/escola/learners/{learner.pk}/", {"phone": typed})
    assert response.status_code == 422
    assert "errorlist" in response.text
    assert Learner.objects.get().phone == ""


def test_the_courses_page_shows_how_much_help_each_needs(page, team):
    now = timezone.now()
    course, quiet = CourseFactory(team=team, title="Bolos"), CourseFactory(team=team, title="Quieto")
    for _ in range(20):
        ActivityFactory(team=team, course=course, kind=Kind.ENROLLMENT_CREATED, lesson_title="", occurred_at=now)
    for minutes in (5, 10, 15):
        asked_at = now - timedelta(minutes=minutes)
        step = ActivityFactory(
            team=team, course=course, lesson_title="Ponto de bala", occurred_at=asked_at - timedelta(minutes=1)
        )
        open_ticket(team, course=course, learner=step.learner, requested_at=asked_at)
    open_ticket(team, course=course, requested_at=now - timedelta(days=40))
    response = page.get(f"/t/escola/courses/{course.pk}/")
    assert response.context["per_hundred"] == 20.0
    assert response.context["asked"] == {"quarter": 4, "month": 3, "month_before": 1}
    assert [str(part) for part in response.context["lessons"][0][:2]] == ["Ponto de bala", "3"]
    assert "before: 1" in response.text
    empty = page.get(f"/t/escola/courses/{quiet.pk}/").text
    assert "Nobody asked for help in this course" in empty
    listed = page.get("/t/escola/courses/").context["rows"]
    assert [(row[0].title, *row[2:]) for row in listed] == [("Bolos", 3, 4), ("Quieto", 0, 0)]


def test_the_course_of_test_calls_is_not_listed(page, team):
    course = CourseFactory(team=team, title="Confeitaria")
    CourseFactory(team=team, title="Curso de teste", producer__email="produtor@helpdesk.invalid")
    rows = page.get("/t/escola/courses/").context["rows"]
    assert [row[0] for row in rows] == [course]


def test_the_ticket_shows_who_else_asked_in_the_same_lesson_or_course(page, team):
    course = CourseFactory(team=team)

    def ask(name, lesson, hours):
        call = open_ticket(
            team,
            course=course,
            learner=LearnerFactory(team=team, name=name),
            requested_at=timezone.now() - timedelta(hours=hours),
        )
        step = ActivityFactory(
            team=team,
            course=course,
            learner=call.learner,
            lesson_title=lesson,
            occurred_at=call.requested_at - timedelta(minutes=2),
        )
        Ticket.objects.filter(pk=call.pk).update(lesson=find_or_create_lesson(step))
        return call

    here = ask("Here", "Aula 3", 5)
    ask("Other lesson", "Aula 1", 1)
    ask("Same lesson", "Aula 3", 20)
    ask("Long ago", "Aula 3", 24 * 10)
    response = page.get(f"/t/escola/tickets/{here.number}/")
    assert names_at(page, here) == ["Same lesson"]
    assert "1 other person asked for help in this lesson in the same week" in response.text
    alone = ask("Alone", "Aula 9", 2)
    response = page.get(f"/t/escola/tickets/{alone.number}/")
    assert "3 others asked for help in this course in the same week" in response.text
    assert names_at(page, alone) == ["Other lesson", "Here", "Same lesson"]
    for minutes in range(COUNTED_AT_MOST + 5):
        open_ticket(team, course=course, requested_at=timezone.now() - timedelta(minutes=minutes))
    assert names_at(page, here) == ["Same lesson"]  # however many asked in the course since


def names_at(page, ticket):
    """The people named when it is opened, which without scripts is a page of its own."""
    path = f"/t/escola/tickets/{ticket.number}/similar/"
    assert page.get(path, headers={"hx-request": "true"}).text.strip() in page.get(path).text
    return [name for _ticket, name, _context in page.get(path).context["described"]]


@pytest.mark.parametrize("name", ["learner", "course"])
def test_the_pages_take_the_same_number_of_queries_however_much_there_is(
    page, team, learner, name, django_assert_max_num_queries
):
    course = CourseFactory(team=team)

    def fill(count):
        for number in range(count):
            at = timezone.now() - timedelta(days=number)
            ActivityFactory(team=team, learner=learner, course=course, occurred_at=at, rating=3)
            open_ticket(team, learner=LearnerFactory(team=team), course=course, requested_at=at)

    path = f"/t/escola/{name}s/{(learner if name == 'learner' else course).pk}/"
    fill(2)
    page.get(path)
    with django_assert_max_num_queries(20) as few:
        page.get(path)
    fill(15)
    with django_assert_max_num_queries(len(few)):
        page.get(path)


def test_days_in_the_trail_are_in_the_readers_time_zone(page, team, learner):
    late = datetime.fromisoformat("2026-03-10T02:00:00+00:00")
    ticket = open_ticket(team, learner=learner, requested_at=NOON)
    ActivityFactory(team=team, learner=learner, course=ticket.course, occurred_at=late)
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert 'title="03/09/2026 11 PM"' in text
    assert 'title="03/10/2026 9 AM"' in text
