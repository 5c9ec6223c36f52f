"""What a ticket is probably about, as the team's own tickets tell it."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.guesses import Evidence, guesses_for, topics_for
from helpdesk.conversations.guesses.counting import Counts, count_topics
from helpdesk.conversations.guesses.signs import FACETS, RULES, Sign
from helpdesk.conversations.guesses.weighing import weigh
from helpdesk.conversations.guesses.wording import Basis, is_telling, reason
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, Topic
from tests.conversations.guesses.help_requests import ask, did, known, lesson_of
from tests.factories import CourseFactory, TeamFactory

pytestmark = pytest.mark.django_db


def guesses_of(ticket):
    ticket = Ticket.objects.get(pk=ticket.pk)
    return [(guess.topic.value, guess.why) for guess in guesses_for(ticket)]


def test_a_team_without_known_topics_gets_no_guesses(lesson_ticket):
    assert guesses_of(lesson_ticket) == []


def test_topics_of_the_lesson_are_guessed(lesson_ticket, course, lesson):
    known(course, lesson, video=6, content=2)
    assert guesses_of(lesson_ticket) == [("video", "6 of 8 in this lesson"), ("content", "2 of 8 in this lesson")]
    (first, *_rest) = guesses_for(lesson_ticket)
    assert (first.evidence.basis, first.evidence.count, first.evidence.of) == ("lesson", 6, 8)


def test_topics_of_another_lesson_count_for_the_course(lesson_ticket, course):
    known(course, lesson_of(course, "Bombons"), video=3, access=5)
    assert guesses_of(lesson_ticket)[0] == ("access", "5 of 8 in this course")


def test_topics_of_another_course_count_for_the_team(lesson_ticket, team):
    known(CourseFactory(team=team), payment=5)
    assert guesses_of(lesson_ticket) == [("payment", "5 of 5 in the whole team")]


def test_the_lesson_takes_precedence_over_the_course(lesson_ticket, course, lesson):
    known(course, lesson_of(course, "Bombons"), payment=12)
    known(course, lesson, video=5)
    assert guesses_of(lesson_ticket)[0] == ("video", "5 of 5 in this lesson")


def test_too_few_tickets_give_no_guess(lesson_ticket, course, lesson):
    known(course, lesson, video=3)
    assert guesses_of(lesson_ticket) == []
    known(course, lesson, video=1)
    assert guesses_of(lesson_ticket) == [("video", "4 of 4 in this lesson")]


def test_at_most_three_are_guessed_and_never_something_else(lesson_ticket, course, lesson):
    known(course, lesson, video=3, content=3, download=3, access=3, other=9)
    guesses = guesses_of(lesson_ticket)
    assert len(guesses) == 3
    assert "other" not in dict(guesses)


def test_unlikely_topics_are_not_guessed():
    counts = Counts(lesson=Counter(video=998, payment=2))
    assert [guess.topic for guess in weigh(counts)] == ["video"]
    counts.lesson["payment"] = 20
    assert [guess.topic for guess in weigh(counts)] == ["video", "payment"]


def test_a_rule_is_shown_as_evidence_if_the_count_is_weaker():
    counts = Counts(lesson=Counter(download=2, video=7), alike={"file": Counter()}, signs={"file": Sign.FILE})
    first, second = weigh(counts)
    assert (first.topic, first.evidence) == ("download", Evidence(Basis.RULE, sign=Sign.FILE))
    assert (second.topic, second.evidence) == ("video", Evidence(Basis.LESSON, 7, 9))


def test_several_signs_are_combined():
    team = Counter(video=50, download=50, content=50)
    alike = {"file": Counter(download=25, video=10, content=25), "last": Counter(download=10, video=30, content=25)}
    counts = Counts(team=team, alike=alike, signs={"file": Sign.FILE, "last": Sign.WATCHED})
    assert [guess.topic for guess in weigh(counts)] == ["content", "video", "download"]


def test_inactivity_counts_as_one_sign(lesson_ticket, course, lesson):
    """Not as often as there are things that they did not do."""
    for number, other in enumerate(known(course, lesson, content=12, access=6)):
        if number % 3:
            did(other, "file_downloaded", comment_text="", minutes=5)
            did(other, "lesson_rated", rating=5)
    assert [topic for topic, _why in guesses_of(lesson_ticket)] == ["content", "access"]
    counts = count_topics(lesson_ticket)
    assert counts.signs == {"trace": Sign.IDLE}
    assert counts.alike["trace"] == Counter(content=4, access=2)


def test_many_signs_together_do_not_outweigh_the_lesson():
    """Some do one thing and ask another: what three in four of the lesson asked is guessed whatever was done."""
    team = Counter(video=100, download=100, content=100, access=100, payment=100)
    alike = {facet: Counter(video=95, download=1, content=1, access=1, payment=1) for facet in FACETS} | {"trace": team}
    shown = (Sign.NONE, Sign.COMMENTED, Sign.FILE, Sign.PLEASED, Sign.WATCHED, Sign.NONE)
    signs = dict(zip(FACETS, shown, strict=True))
    counts = Counts(lesson=Counter(payment=40, access=12), team=team, alike=alike, signs=signs)
    assert [guess.topic for guess in weigh(counts)][:2] == ["video", "payment"]


def test_activity_that_preceded_a_topic_before_suggests_it(lesson_ticket, course, lesson):
    for number, other in enumerate(known(course, lesson, video=8, download=6)):
        did(other, "lesson_started" if number < 8 else "file_downloaded")
    did(lesson_ticket, "file_downloaded")
    assert guesses_of(lesson_ticket)[0] == ("download", "6 of 6 who had just downloaded a file")


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("file_downloaded", {}, ("download", "just downloaded a file; a rule of thumb")),
        ("lesson_started", {}, ("video", "started a lesson and did not finish it; a rule of thumb")),
        ("lesson_watched", {}, ("content", "just finished a lesson; a rule of thumb")),
        ("module_completed", {}, ("access", "just completed a module, and the next may be locked; a rule of thumb")),
        ("lesson_rated", {"rating": 1}, ("video", "gave a lesson a low rating; a rule of thumb")),
        ("comment_created", {"comment_text": "O VÍDEO trava"}, ("video", "commented on the video or sound; a rule")),
        ("comment_created", {"comment_text": "Onde baixo a apostila?"}, ("download", "commented on a file; a rule")),
        ("comment_replied", {"comment_text": "está com cadeado"}, ("access", "commented on access; a rule")),
        ("comment_created", {"comment_text": "Paguei ontem"}, ("payment", "commented on a payment; a rule")),
        ("comment_created", {"comment_text": "Posso usar margarina?"}, ("content", "asked something in a comment")),
    ],
)
def test_a_rule_of_thumb_is_labelled_as_one(lesson_ticket, kind, fields, expected):
    did(lesson_ticket, kind, **fields)
    ((topic, why),) = guesses_of(lesson_ticket)
    assert topic == expected[0]
    assert why.startswith(expected[1])


def test_a_new_learner_may_lack_access_or_want_a_refund(lesson_ticket, course):
    did(lesson_ticket, "enrollment_created", minutes=60 * 50)
    assert dict(guesses_of(lesson_ticket)) == {
        "access": "enrolled and started no lesson; a rule of thumb",
        "payment": "in the first week, when a refund may be requested; a rule of thumb",
    }
    later = ask(course)
    did(later, "enrollment_created", minutes=60 * 24 * 8)
    assert guesses_of(later) == []


@pytest.mark.parametrize(
    ("kind", "fields", "minutes"),
    [
        ("lesson_rated", {"rating": 5}, 5),
        ("certificate_viewed", {}, 5),
        ("community_viewed", {}, 5),
        ("inactive_student", {"inactive_days": 30}, 5),
        ("comment_created", {"comment_text": "Que aula maravilhosa!"}, 5),
        ("comment_deleted", {"comment_text": "O vídeo trava"}, 5),
        ("file_downloaded", {}, 60 * 26),
        ("file_downloaded", {}, -5),
    ],
)
def test_irrelevant_old_or_later_activity_triggers_no_rule(lesson_ticket, kind, fields, minutes):
    did(lesson_ticket, kind, minutes=minutes, **fields)
    assert guesses_of(lesson_ticket) == []


def test_activity_in_another_course_does_not_count(lesson_ticket, team):
    did(lesson_ticket, "file_downloaded", course=CourseFactory(team=team))
    assert guesses_of(lesson_ticket) == []
    Ticket.objects.filter(pk=lesson_ticket.pk).update(course=None, lesson=None)
    assert guesses_of(lesson_ticket)[0][0] == "download"


def test_the_teams_own_tickets_outweigh_a_rule(lesson_ticket, course, lesson):
    for other in known(course, lesson, content=9, download=1):
        did(other, "file_downloaded")
    did(lesson_ticket, "file_downloaded")
    assert guesses_of(lesson_ticket)[0][0] == "content"


def test_another_teams_tickets_never_count(lesson_ticket, course, lesson):
    stranger = TeamFactory()
    theirs = CourseFactory(team=stranger)
    known(theirs, lesson_of(theirs, "Bombons"), payment=9)
    # Not even if a row of theirs bore our lesson and our course, or our learner's activity.
    Ticket.objects.filter(team=stranger).update(course=course, lesson=lesson)
    step = did(lesson_ticket, "file_downloaded")
    step.team = stranger
    step.save()
    assert guesses_of(lesson_ticket) == []


def test_the_ticket_itself_and_merged_or_old_ones_do_not_count(lesson_ticket, course, lesson):
    others = known(course, lesson, video=4)
    Ticket.objects.filter(pk=lesson_ticket.pk).update(topic="payment")
    lesson_ticket.topic = ""
    assert dict(told_of(lesson_ticket)) == {"video": "4 of 4 in this lesson"}
    Ticket.objects.filter(pk=others[0].pk).update(merged_into=others[1])
    assert told_of(lesson_ticket) == []
    Ticket.objects.filter(pk=others[0].pk).update(merged_into=None)
    assert told_of(lesson_ticket) != []
    Ticket.objects.filter(pk=others[0].pk).update(requested_at=timezone.now() - timedelta(days=400))
    assert told_of(lesson_ticket) == []


def told_of(ticket):
    return [(guess.topic.value, guess.why) for guess in guesses_for(ticket)]


def test_a_known_or_merged_ticket_gets_no_guesses_and_no_queries(
    lesson_ticket, course, lesson, django_assert_num_queries
):
    known(course, lesson, video=6)
    actions.change_question(lesson_ticket, Actor.system(), "Não abre")
    with django_assert_num_queries(0):
        assert guesses_for(lesson_ticket) == []
    other = ask(course, lesson)
    other.merged_into = lesson_ticket
    with django_assert_num_queries(0):
        assert guesses_for(other) == []


def test_guessing_is_one_query(lesson_ticket, course, lesson, django_assert_num_queries):
    with django_assert_num_queries(1):
        guesses_for(lesson_ticket)
    for other in known(course, lesson, video=9, content=9, access=9):
        did(other, "lesson_started")
    with django_assert_num_queries(1):
        assert len(guesses_for(lesson_ticket)) > 1


@pytest.mark.parametrize("text", ["%s {count} %(x)s", "?" * 3000, "\\m(", "🎂" * 400, "'; DROP TABLE x; --"])
def test_odd_comments_are_treated_as_text(lesson_ticket, text):
    did(lesson_ticket, "comment_created", comment_text=text)
    assert len(guesses_of(lesson_ticket)) <= 1


def test_learners_see_the_likeliest_first_and_something_else_last(lesson_ticket, course, lesson):
    assert topics_for([]) == list(Topic)
    known(course, lesson, payment=6, access=3)
    assert topics_for(guesses_for(lesson_ticket)) == ["payment", "access", "video", "download", "content", "other"]


@pytest.mark.parametrize("sign", [sign for sign in Sign if is_telling(sign)])
def test_every_sign_has_a_sentence(sign):
    assert reason(Basis.SIGN, 6, 8, sign).startswith("6 of 8 ")


@pytest.mark.parametrize("sign", RULES)
def test_every_rule_is_labelled_as_a_rule_of_thumb(sign):
    assert reason(Basis.RULE, 0, 0, sign).endswith("a rule of thumb")
