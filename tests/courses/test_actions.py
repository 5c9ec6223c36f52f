"""How producers, courses, lessons and learners come to be, and which name each bears."""

import unicodedata
from datetime import timedelta

import pytest

from helpdesk.courses.actions import find_or_create_lesson, upsert_course, upsert_learner
from helpdesk.courses.models import Course, Learner, Lesson, Producer
from tests.factories import NOON, ActivityFactory

pytestmark = pytest.mark.django_db
NFD = unicodedata.normalize("NFD", "vídeo")
INVISIBLE = "\u200b\u2060\u200d\ufe0f\U000e0101"


def test_a_learner_is_one_however_the_address_is_written(team):
    for email in ("joão@exemplo.com", unicodedata.normalize("NFD", "JOÃO@exemplo.com"), "jo\u200bão@exemplo.com "):
        upsert_learner(team, email=email, name="João", at=NOON)
    assert Learner.objects.get().email == "joão@exemplo.com"


def test_names_that_come_with_events_are_clean_and_never_blank(team):
    learner = upsert_learner(team, email="ana@example.com", name="Ana\u00a0 Prado\u200b", at=NOON)
    assert learner.name == "Ana Prado"
    learner = upsert_learner(team, email="ana@example.com", name=INVISIBLE, at=NOON + timedelta(days=1))
    assert str(learner) == "Ana Prado"
    course = upsert_course(
        team, producer_email="P@Example.com", producer_name=INVISIBLE, hash="a", title=f" {NFD}\n2 ", at=NOON
    )
    assert (course.title, str(course.producer)) == ("vídeo 2", "p@example.com")
    assert (Course.objects.count(), Producer.objects.count()) == (1, 1)


def test_a_lesson_is_known_by_its_key_within_its_course_and_follows_a_newer_title(team):
    first = ActivityFactory(team=team, lesson_key="7", lesson_title="Aula 1")
    lesson = find_or_create_lesson(first)
    renamed = {"lesson_key": "7", "course": first.course, "lesson_title": "Boas-vindas"}
    assert find_or_create_lesson(ActivityFactory(team=team, occurred_at=NOON + timedelta(hours=1), **renamed)) == lesson
    old = renamed | {"lesson_title": "Aula um", "occurred_at": NOON - timedelta(hours=1)}
    assert find_or_create_lesson(ActivityFactory(team=team, **old)) == lesson
    assert Lesson.objects.get().title == "Boas-vindas"
    elsewhere = ActivityFactory(team=team, lesson_key="7", lesson_title="Aula 1")
    assert find_or_create_lesson(elsewhere) != lesson
    nameless = ActivityFactory(team=team, lesson_key="", lesson_title="Sem chave", course=first.course)
    assert find_or_create_lesson(nameless) == Lesson.objects.get(key="Sem chave")
