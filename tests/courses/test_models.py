"""How records without a visible name, and erased learners, are called."""

import pytest

from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity, Lesson, Producer
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("in_english")
UNSEEN = "\u200b"


@pytest.mark.parametrize(
    ("record", "name", "other"),
    [
        (Producer(email="p@example.com"), "name", "p@example.com"),
        (Course(hash="abc"), "title", "abc"),
        (Lesson(key="7"), "title", "7"),
        (Learner(email="ana@example.com"), "name", "ana@example.com"),
    ],
    ids=["producer", "course", "lesson", "learner"],
)
def test_an_invisible_name_is_replaced(record, name, other):
    for unseen in ("", UNSEEN):
        setattr(record, name, unseen)
        assert str(record) == other
    setattr(record, name, "Ana")
    assert str(record) == "Ana"


def test_an_erased_learner_has_neither_name_nor_address():
    learner = Learner(name="Ana", email="erased-1", erased_at=NOON)
    assert (str(learner), learner.shown_email) == ("Erased learner", "")
    learner.erased_at = None
    assert (str(learner), learner.shown_email) == ("Ana", "erased-1")


def test_former_addresses_and_activities_are_named_by_their_content():
    assert str(FormerAddress(email="ana@gmial.example")) == "ana@gmial.example"
    step = LearnerActivity(kind="lesson_watched", lesson_title="Massa")
    assert str(step) == "finished a lesson Massa"
    step.lesson_title = ""
    assert str(step) == "finished a lesson"
