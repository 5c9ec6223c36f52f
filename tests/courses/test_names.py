"""How courses, lessons and learners with the same name are told apart."""

import pytest

from helpdesk.courses.models import Course, Learner, Lesson, Producer
from helpdesk.courses.names import (
    course_labels,
    labels_of_courses,
    labels_of_learners,
    labels_of_lessons,
    tails_of_learners,
)
from tests.factories import NOON, CourseFactory, LearnerFactory, ProducerFactory, TeamFactory


def course_of(pk, title, producer="Lia", email="lia@example.com", hash="a" * 40):
    return Course(pk=pk, title=title, hash=hash, producer=Producer(name=producer, email=email))


def labels(courses):
    return [label for _course, label in labels_of_courses(courses)]


def test_a_unique_title_is_shown_alone():
    assert labels([course_of(1, "Bolos"), course_of(2, "Pães")]) == ["Bolos", "Pães"]
    assert labels([]) == []


def test_courses_with_the_same_title_show_their_producer():
    courses = [course_of(1, "Bolos"), course_of(2, "BOLOS", "Zeca"), course_of(3, "Pães")]
    assert labels(courses) == ["Bolos (Lia)", "BOLOS (Zeca)", "Pães"]


def test_courses_with_the_same_producer_show_the_start_of_their_hash():
    courses = [course_of(1, "Bolos", hash="abcdefghij"), course_of(2, "Bolos", hash="bbcdefghij")]
    assert labels(courses) == ["Bolos (Lia, abcdefgh)", "Bolos (Lia, bbcdefgh)"]


def test_courses_with_similar_hashes_show_the_whole_hash_and_the_address():
    courses = [course_of(1, "Bolos", hash="abcdefgh1"), course_of(2, "Bolos", hash="abcdefgh2")]
    assert labels(courses) == ["Bolos (lia@example.com, abcdefgh1)", "Bolos (lia@example.com, abcdefgh2)"]


def test_a_title_imitating_a_label_is_distinguished():
    courses = [course_of(1, "Bolos"), course_of(2, "Bolos", "Zeca"), course_of(3, "Bolos (Zeca)", "Rui")]
    assert len(set(labels(courses))) == 3


@pytest.mark.django_db
def test_labels_consider_only_the_teams_own_courses(team, django_assert_num_queries):
    course = CourseFactory(team=team, title="Bolos", producer=ProducerFactory(team=team, name="Lia"))
    twin = CourseFactory(team=team, title="Bolos", producer=ProducerFactory(team=team, name="Zeca"))
    CourseFactory(team=TeamFactory(), title="Bolos")
    with django_assert_num_queries(1):
        assert course_labels(team) == {course.pk: "Bolos (Lia)", twin.pk: "Bolos (Zeca)"}


def test_lessons_with_the_same_title_show_their_key():
    titles = enumerate(["Massa", "MASSA", "Recheio"], 1)
    lessons = [Lesson(pk=number, key=f"k{number}", title=title) for number, title in titles]
    assert [label for _lesson, label in labels_of_lessons(lessons)] == ["Massa (k1)", "MASSA (k2)", "Recheio"]


def learners_of(*addresses, name="Bia"):
    return [Learner(pk=number, name=name, email=address) for number, address in enumerate(addresses, 1)]


@pytest.mark.usefixtures("in_english")
def test_learners_with_the_same_name_show_their_address():
    bia, twin = learners_of("bia@example.com", "beatriz@example.com")
    erased = Learner(pk=3, name="", email="erased-3", erased_at=NOON)
    rui = Learner(pk=4, name="Rui", email="rui@example.com")
    found = labels_of_learners([bia, twin, erased, rui, bia])
    assert found == {1: "Bia (bia@example.com)", 2: "Bia (beatriz@example.com)", 3: "Erased learner", 4: "Rui"}
    assert labels_of_learners([bia, erased]) == {1: "Bia", 3: "Erased learner"}


@pytest.mark.parametrize(
    ("addresses", "tails"),
    [
        (["ana.santos1@x.example", "ana.santos2@x.example"], ["santos1@x.example)", "santos2@x.example)"]),
        (["anasantos1@x.example", "anasantos2@x.example"], ["asantos1@x.example)", "asantos2@x.example)"]),
        (["bia@x.example", "ana@x.example"], ["(bia@x.example)", "(ana@x.example)"]),
        (["a@x.example", "a@x.example.org"], ["example)", "example.org)"]),
    ],
)
def test_the_tail_of_an_address_begins_where_it_differs(addresses, tails):
    learners = learners_of(*addresses)
    found = tails_of_learners(labels_of_learners(learners), learners)
    assert [found[learner.pk] for learner in learners] == tails


def test_a_learner_without_a_namesake_has_no_tail():
    learners = [*learners_of("bia@example.com"), Learner(pk=9, name="Rui", email="rui@example.com")]
    assert tails_of_learners(labels_of_learners(learners), learners) == {}


@pytest.mark.django_db
def test_learners_are_distinguished_from_others_in_the_database_too(team):
    stored = [LearnerFactory(team=team, name="Bia", email=f"bia{letter}@example.com") for letter in "xy"]
    assert labels_of_learners(stored) == {each.pk: f"Bia ({each.email})" for each in stored}
