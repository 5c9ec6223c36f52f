"""What a ticket is probably about, where a single one is read."""

import pytest

from helpdesk.conversations.guesses import guesses_for, keep_shown
from helpdesk.conversations.models import ShownGuess
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.conversations.guesses.help_requests import ask, did

pytestmark = pytest.mark.django_db


def test_a_single_ticket_contains_them(api, lesson_ticket, mostly_video):
    did(lesson_ticket, "certificate_viewed")
    shown = api.get(f"tickets/{lesson_ticket.number}").json()
    assert shown["guesses"] == [
        {"topic": "video", "basis": "lesson", "count": 6, "of": 8, "why": "6 of 8 in this lesson"},
        {"topic": "content", "basis": "lesson", "count": 2, "of": 8, "why": "2 of 8 in this lesson"},
    ]
    assert api.get(f"tickets/{lesson_ticket.number}?fields=number").json() == {"number": lesson_ticket.number}
    assert not ShownGuess.objects.exists()


def test_a_list_does_not_contain_them(api, lesson_ticket):
    assert "guesses" not in api.get("tickets").json()["results"][0]
    assert api.get("tickets?fields=guesses").status_code == 400


def test_they_take_one_more_query_and_none_if_the_topic_is_known(
    api, lesson_ticket, mostly_video, django_assert_num_queries
):
    api.get("tickets")
    with django_assert_num_queries(6):
        api.get(f"tickets/{lesson_ticket.number}")
    actions.change_question(lesson_ticket, Actor.system(), "", "video")
    with django_assert_num_queries(5):
        assert api.get(f"tickets/{lesson_ticket.number}").json()["guesses"] == []


def test_tickets_can_be_filtered_by_whether_the_guess_was_right(api, lesson_ticket, mostly_video, course, lesson):
    other, unknown = ask(course, lesson), ask(course, lesson)
    for each in (lesson_ticket, other, unknown):
        keep_shown(each, guesses_for(each))
    actions.change_question(lesson_ticket, Actor.system(), "", "video")
    actions.change_question(other, Actor.system(), "", "payment")

    def numbers(value):
        return {each["number"] for each in api.get("tickets", {"guess": value}).json()["results"]}

    assert numbers("right") == {lesson_ticket.number}
    assert numbers("wrong") == {other.number}
    assert numbers("told") == {lesson_ticket.number, other.number}
    assert api.get("tickets", {"guess": "perhaps"}).status_code == 400
