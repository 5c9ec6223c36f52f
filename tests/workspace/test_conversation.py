"""What one person changes in one go is one line, which opens."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.courses.models import LearnerActivity
from helpdesk.teams.models import User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import TicketEvent, Topic
from tests.factories import ActivityFactory, CourseFactory, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


def lines(page, ticket):
    """How many changes each line of the timeline summarizes; a note is None."""
    timeline = page.get(f"/t/escola/tickets/{ticket.number}/").context["timeline"]
    return [len(entry.entries) if hasattr(entry, "entries") else (None if entry.text else 1) for entry in timeline]


def test_changes_of_one_person_within_a_minute_are_grouped(page, ticket, agent):
    actor = Actor.person(agent)
    actions.take_ticket(ticket, actor)
    actions.change_priority(ticket, actor, 4)
    actions.add_tag(ticket, actor, "vídeo")
    assert lines(page, ticket) == [1, 4]  # the taking made it open
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert "· 3 more changes ·" in " ".join(strip_tags(text).split())
    assert "added the tag <b>vídeo</b>" in text.partition('<details class="timeline-group">')[2]


def test_a_note_another_person_and_a_pause_end_a_group(page, team, ticket, agent):
    actor, beatriz = Actor.person(agent), Actor.person(MembershipFactory(team=team).user)
    actions.change_priority(ticket, actor, 4)
    actions.add_note(ticket, actor, "Uma nota")
    actions.change_priority(ticket, actor, 3)
    actions.change_priority(ticket, beatriz, 2)
    assert lines(page, ticket) == [1, 1, None, 1, 1]
    actions.change_priority(ticket, beatriz, 4)
    assert lines(page, ticket) == [1, 1, None, 1, 2]
    last = TicketEvent.objects.latest("pk")
    TicketEvent.objects.filter(pk=last.pk).update(created_at=timezone.now() + timedelta(seconds=61))
    assert lines(page, ticket) == [1, 1, None, 1, 1, 1]


def test_tokens_with_the_same_name_are_two_groups(page, ticket):
    first, second = Actor.token("Planilha", 1), Actor.token("Planilha", 2)
    for actor, priority in ((first, 4), (first, 3), (second, 2), (second, 4)):
        actions.change_priority(ticket, actor, priority)
    assert lines(page, ticket) == [1, 2, 2]


def test_deleted_namesakes_are_two_groups(page, team, ticket):
    namesakes = [MembershipFactory(team=team, user__name="Ana Prado").user for _ in range(2)]
    for user in namesakes:
        actions.change_priority(ticket, Actor.person(user), 4)
        actions.change_priority(ticket, Actor.person(user), 3)
    User.objects.filter(pk__in=[user.pk for user in namesakes]).delete()
    assert lines(page, ticket) == [1, 2, 2]


def test_changes_by_the_system_are_not_grouped(page, ticket):
    for priority in (4, 3, 1):
        actions.change_priority(ticket, Actor.system(), priority)
    assert lines(page, ticket) == [1, 1, 1, 1]


def test_merges_that_can_be_split_off_are_not_grouped(page, team, ticket, agent):
    others = [open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team)) for _ in range(2)]
    for other in others:
        actions.merge_ticket(other, Actor.person(agent), ticket)
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert text.count("Split off") == 2
    assert 'class="timeline-group"' not in text


def step(ticket, minutes, **fields):
    at = ticket.requested_at - timedelta(minutes=minutes)
    return ActivityFactory(team=ticket.team, learner=ticket.learner, course=ticket.course, occurred_at=at, **fields)


def shown(page, ticket):
    """The steps of the trail that one sees at first."""
    trail = page.get(f"/t/escola/tickets/{ticket.number}/").context["trail"]
    return [step.kind for step in trail if not step.is_early]


def test_the_last_steps_are_shown_first_and_fewer_if_the_question_is_known(page, team, ticket):
    for minutes in range(1, 9):
        step(ticket, minutes, kind=LearnerActivity.Kind.LESSON_STARTED)
    step(ticket, -5, kind=LearnerActivity.Kind.LESSON_WATCHED)
    assert shown(page, ticket) == ["lesson_started"] * 4 + ["asked", "lesson_watched"]
    assert "See all 10 steps" in page.get(f"/t/escola/tickets/{ticket.number}/").text
    ticket.question = "Onde está a planilha?"
    ticket.save()
    assert shown(page, ticket) == ["lesson_started"] * 2 + ["asked", "lesson_watched"]


def test_a_short_trail_is_shown_completely(page, ticket):
    step(ticket, 3)
    response = page.get(f"/t/escola/tickets/{ticket.number}/")
    assert [each.is_early for each in response.context["trail"]] == [False, False]
    assert "See all" not in response.text


def test_the_request_and_completions_are_highlighted_in_the_trail(page, ticket):
    step(ticket, 3, kind=LearnerActivity.Kind.LESSON_STARTED)
    step(ticket, 2, kind=LearnerActivity.Kind.MODULE_COMPLETED)
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert re.findall('<li class="(step[^"]*)"', text) == ["step", "step step-completion", "step step-request"]


def test_a_long_lesson_title_is_shortened_in_the_last_step(page, ticket):
    step(ticket, 6, kind=LearnerActivity.Kind.FILE_DOWNLOADED, lesson_title="Uma aula de nome muito comprido mesmo")
    words = page.get(f"/t/escola/tickets/{ticket.number}/").context["context"].last_words
    assert words == "Downloaded a file of <b>Uma aula de nome…</b>, 6 minutes before"


def test_a_choice_without_text_has_no_empty_paragraph(page, ticket):
    receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("", "page", topic=Topic.VIDEO))
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    bubble = text.partition('<div class="bubble">')[2].partition("</article>")[0]
    assert "<b>" in bubble
    assert "<p></p>" not in bubble
