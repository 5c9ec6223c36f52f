"""What learners, courses, former addresses and steps are asked for."""

from datetime import timedelta

import pytest

from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity
from tests.factories import NOON, ActivityFactory, CourseFactory, LearnerFactory, TeamFactory

pytestmark = pytest.mark.django_db


def test_the_course_of_test_calls_is_excluded(team, course):
    CourseFactory(team=team, producer__email="produtor@helpdesk.invalid")
    assert list(Course.objects.for_team(team).without_test_calls()) == [course]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("joao", True),
        ("SILVA joão", True),
        ("j.silva@", True),
        ("ilv", True),
        ("jo", True),
        ("joão souza", False),
        ("%", False),
        ("", False),
        ("\u200b", False),
    ],
)
def test_learners_are_found_by_parts_of_name_and_address(team, typed, is_found):
    joao = LearnerFactory(team=team, name="João da Silva", email="j.silva@example.com")
    LearnerFactory(team=team, name="Mariana", email="mariana@example.com")
    LearnerFactory(team=TeamFactory(), name="João da Silva")
    assert list(Learner.objects.for_team(team).containing(typed)) == [joao] * is_found


def test_a_short_word_is_searched_among_the_latest(team, monkeypatch):
    monkeypatch.setattr("helpdesk.courses.querysets.LATEST", 1)
    early = LearnerFactory(team=team, name="Jo Antiga", last_activity_at=NOON)
    late = LearnerFactory(team=team, name="Jo Nova", last_activity_at=NOON + timedelta(hours=1))
    asked = Learner.objects.for_team(team)
    assert list(asked.containing("jo")) == [late]
    assert set(asked.containing("jo z")) == set()
    assert list(asked.containing("jo ant")) == [early]  # one of the words is long enough


def test_a_former_address_is_current_until_it_ends(team, learner):
    def former(email, ended_at):
        return FormerAddress.objects.create(team=team, learner=learner, email=email, ended_at=ended_at)

    current, ended = former("a@example.com", None), former("b@example.com", NOON)
    addresses = FormerAddress.objects.for_team(team)
    assert list(addresses.current()) == [current]
    assert list(addresses.ended_since(NOON)) == [ended]
    assert list(addresses.ended_since(NOON + timedelta(microseconds=1))) == []


@pytest.fixture
def steps(team, learner, course):
    """Three of the learner's: in the course with a comment, in another, in none; and one of somebody else's."""
    ActivityFactory(team=team, course=course, occurred_at=NOON)
    facts = {"team": team, "learner": learner}
    return [
        ActivityFactory(course=course, comment_text="Oi", occurred_at=NOON, **facts),
        ActivityFactory(occurred_at=NOON + timedelta(hours=1), **facts),
        ActivityFactory(course=None, occurred_at=NOON + timedelta(hours=2), **facts),
    ]


def test_activities_of_a_learner_are_newest_first(steps, team, learner):
    assert list(LearnerActivity.objects.of(learner)) == steps[::-1]
    assert list(LearnerActivity.objects.of_keys(team.pk, learner.pk)) == steps[::-1]
    assert list(LearnerActivity.objects.of_keys(TeamFactory().pk, learner.pk)) == []


def test_activities_in_a_course_include_those_without_one(steps, learner, course):
    of_learner = LearnerActivity.objects.of(learner)
    assert list(of_learner.in_course(course)) == [steps[2], steps[0]]
    assert list(of_learner.in_course(None)) == steps[::-1]


def test_activities_can_be_filtered_by_comment_and_time(steps, learner):
    of_learner = LearnerActivity.objects.of(learner)
    assert list(of_learner.with_comment()) == [steps[0]]
    assert list(of_learner.until(NOON + timedelta(hours=1))) == [steps[1], steps[0]]
    assert list(of_learner.until(NOON - timedelta(microseconds=1))) == []
