"""What learners did, in words: a sentence of its own, or few words behind the lesson."""

import pytest

from helpdesk.courses.activities import COMPLETIONS, ActivityKind, activity_kinds, describe_step, headline_of
from helpdesk.courses.models import LearnerActivity

pytestmark = pytest.mark.usefixtures("in_english")
Kind = ActivityKind
KNOWN = {
    "lesson_title": "Massa",
    "module_title": "Bases",
    "comment_text": "Não deu",
    "rating": 4,
    "inactive_days": 5,
}
SAID = {
    Kind.ENROLLMENT_CREATED: ("Enrolled in the course", "Enrolled in the course"),
    Kind.LESSON_STARTED: ("Started <b>Massa</b>", "<b>Massa</b> · started"),
    Kind.LESSON_WATCHED: ("Finished <b>Massa</b>", "<b>Massa</b> · finished"),
    Kind.LESSON_RATED: ("Rated <b>Massa</b> 4 out of 5", "<b>Massa</b> · rated 4 out of 5"),
    Kind.LESSON_SAVED: ("Saved <b>Massa</b>", "<b>Massa</b> · saved"),
    Kind.MODULE_COMPLETED: ("Completed the module <b>Bases</b>", "<b>Bases</b> · completed"),
    Kind.FILE_DOWNLOADED: ("Downloaded a file of <b>Massa</b>", "<b>Massa</b> · downloaded a file"),
    Kind.NOTATION_CREATED: ("Wrote a note in <b>Massa</b>", "<b>Massa</b> · wrote a note"),
    Kind.COMMENT_CREATED: ("Commented “Não deu” in <b>Massa</b>", "<b>Massa</b> · “Não deu”"),
    Kind.COMMENT_REPLIED: ("Answered “Não deu” in <b>Massa</b>", "<b>Massa</b> · “Não deu”"),
    Kind.COMMENT_DELETED: ("Deleted a comment in <b>Massa</b>", "<b>Massa</b> · deleted a comment"),
    Kind.CERTIFICATE_VIEWED: ("Opened the certificate", "Opened the certificate"),
    Kind.COMMUNITY_VIEWED: ("Visited the community", "Visited the community"),
    Kind.INACTIVE_STUDENT: ("Had no activity for 5 days", "Had no activity for 5 days"),
}
# Where nothing but the kind is known.
SAID_OF_NOTHING = {
    Kind.ENROLLMENT_CREATED: "Enrolled in the course",
    Kind.LESSON_STARTED: "Started <b>a lesson</b>",
    Kind.LESSON_WATCHED: "Finished <b>a lesson</b>",
    Kind.LESSON_RATED: "Rated <b>a lesson</b>",
    Kind.LESSON_SAVED: "Saved <b>a lesson</b>",
    Kind.MODULE_COMPLETED: "Completed a module",
    Kind.FILE_DOWNLOADED: "Downloaded a file of <b>a lesson</b>",
    Kind.NOTATION_CREATED: "Wrote a note in <b>a lesson</b>",
    Kind.COMMENT_CREATED: "Commented “” in <b>a lesson</b>",
    Kind.COMMENT_REPLIED: "Answered “” in <b>a lesson</b>",
    Kind.COMMENT_DELETED: "Deleted a comment in <b>a lesson</b>",
    Kind.CERTIFICATE_VIEWED: "Opened the certificate",
    Kind.COMMUNITY_VIEWED: "Visited the community",
    Kind.INACTIVE_STUDENT: "Had no activity for some time",
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sentence_and_a_headline(kind):
    step = LearnerActivity(kind=kind, **KNOWN)
    assert (describe_step(step), headline_of(step)) == SAID[kind]


@pytest.mark.parametrize("kind", Kind)
def test_unknown_details_are_omitted(kind):
    step = LearnerActivity(kind=kind)
    assert describe_step(step) == headline_of(step) == SAID_OF_NOTHING[kind]


@pytest.mark.parametrize(
    ("kind", "known", "sentence", "headline"),
    [
        (Kind.LESSON_RATED, {"rating": 0}, "Rated <b>Massa</b> 0 out of 5", "<b>Massa</b> · rated 0 out of 5"),
        (Kind.LESSON_RATED, {"rating": None}, "Rated <b>Massa</b>", "<b>Massa</b> · rated"),
        (Kind.INACTIVE_STUDENT, {"inactive_days": 0}, *["Had no activity for some time"] * 2),
        (Kind.INACTIVE_STUDENT, {"inactive_days": 1}, *["Had no activity for 1 day"] * 2),
        (Kind.MODULE_COMPLETED, {"module_title": ""}, *["Completed a module"] * 2),
        (Kind.COMMENT_CREATED, {"comment_text": ""}, *["Commented “” in <b>Massa</b>"] * 2),
    ],
)
def test_partly_known_details_are_described(kind, known, sentence, headline):
    step = LearnerActivity(kind=kind, **KNOWN | known)
    assert (describe_step(step), headline_of(step)) == (sentence, headline)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("tell", [describe_step, headline_of])
def test_texts_of_learners_and_courses_are_escaped_and_no_templates(kind, tell):
    step = LearnerActivity(kind=kind, lesson_title="{module}<i>", module_title="{lesson}<i>", comment_text="{days}<i>")
    told = tell(step)
    assert "<i>" not in told
    written = [text for text in ("{module}", "{lesson}", "{days}") if f"{text}&lt;i&gt;" in told]
    assert told.count("{") == len(written)


def test_a_right_to_left_title_is_isolated():
    step = LearnerActivity(kind=Kind.LESSON_STARTED, lesson_title="שיעור")
    assert describe_step(step) == "Started <b><bdi>שיעור</bdi></b>"
    assert headline_of(step) == "<b><bdi>שיעור</bdi></b> · started"


def test_comments_and_long_titles_are_truncated():
    step = LearnerActivity(kind=Kind.COMMENT_CREATED, lesson_title="um dois três quatro", comment_text="a" * 91)
    cut = f"{'a' * 89}…"
    assert describe_step(step) == f"Commented “{cut}” in <b>um dois três quatro</b>"
    assert headline_of(step) == f"<b>um dois três quatro</b> · “{cut}”"
    assert describe_step(step, words=2) == f"Commented “{'a' * 59}…” in <b>um dois…</b>"
    step.lesson_title, step.comment_text = "x" * 60, "a" * 90
    assert f"“{'a' * 90}”" in describe_step(step)
    assert f"<b>{'x' * 60}</b>" in describe_step(step, words=2)
    step.lesson_title = "x" * 61
    assert f"<b>{'x' * 59}…</b>" in describe_step(step, words=2)


def test_the_choices_are_the_kinds_and_include_completions():
    assert [value for value, _label in activity_kinds()] == list(Kind)
    assert set(Kind) > COMPLETIONS


def test_a_kind_of_a_newer_version_is_described_generically():
    step = LearnerActivity(kind="badge_won", lesson_title="Ovos")
    assert describe_step(step) == headline_of(step) == "Did something in the course"
