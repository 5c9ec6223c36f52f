"""A learner's messages reach the root of their merged requests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.tickets import actions
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from tests.factories import MembershipFactory, open_ticket
from tests.tickets.reading import kinds

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def write(ticket, body="Abre em branco", **more):
    more = {"channel": "page", "trust": "link"} | more
    message = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage(body, **more))
    ticket.refresh_from_db()
    return message


def test_the_first_message_becomes_the_question(help_request):
    message = write(help_request, "  Abre em\r\nbranco ", topic="download")
    assert (message.kind, message.body, message.author_name) == ("learner", "Abre em\nbranco", "Conceição Lima")
    assert (help_request.question, help_request.topic, help_request.question_origin) == (
        "Abre em\nbranco",
        "download",
        "page",
    )
    assert help_request.question_known_at
    assert help_request.awaiting_reply_since == message.created_at
    assert kinds(help_request) == ["created", "learner_wrote", "question_known"]
    assert set(help_request.events.exclude(kind="created").values_list("actor_kind", "actor_name")) == {
        ("learner", "Conceição Lima")
    }


def test_a_topic_alone_is_a_question(help_request):
    write(help_request, "", topic="video")
    assert (help_request.question, help_request.topic, help_request.is_question_known) == ("", "video", True)


def test_later_text_completes_a_topic_once(help_request, agent):
    write(help_request, "", topic="video")
    write(help_request, "Fica carregando")
    assert (help_request.question, help_request.topic) == ("Fica carregando", "video")
    write(help_request, "No celular")
    assert help_request.question == "Fica carregando"


def test_a_learner_can_correct_the_topic(help_request):
    """After a slip of the thumb, one goes back and taps again."""
    write(help_request, "", topic="payment")
    write(help_request, "Fica preto", topic="video")
    assert (help_request.question, help_request.topic, help_request.question_origin) == ("Fica preto", "video", "page")
    write(help_request, "Obrigada")
    assert help_request.topic == "video"


def test_not_after_the_team_has_chosen_one(help_request, agent):
    write(help_request, "", topic="payment")
    actions.choose_topic(help_request, Actor.person(agent), "access")
    write(help_request, "", topic="video")
    assert help_request.topic == "access"


def test_not_after_somebody_has_answered(help_request, agent):
    write(help_request, "", topic="payment")
    reply(help_request, Actor.person(agent), "Já vimos.")
    write(help_request, "", topic="video")
    assert help_request.topic == "payment"


def test_text_after_an_answer_does_not_complete_a_topic(help_request, agent):
    write(help_request, "", topic="video")
    reply(help_request, Actor.person(agent), "Em qual navegador?", then=Status.PENDING)
    write(help_request, "Chrome")
    assert (help_request.question, help_request.topic) == ("", "video")


def test_a_question_written_by_the_team_is_kept(help_request, agent):
    actions.change_question(help_request, Actor.person(agent), "Quer o reembolso")
    write(help_request, "Obrigada", topic="payment")
    assert (help_request.question, help_request.topic, help_request.question_origin) == (
        "Quer o reembolso",
        "payment",
        "team",
    )


def test_messages_of_other_or_unverified_senders_do_not_become_the_question(help_request):
    message = write(help_request, "Sou a irmã", author_email="irma@example.com", channel="email", trust="domain")
    assert (message.author_email, help_request.question) == ("irma@example.com", "")
    write(help_request, "Forjado", channel="email", trust="unverified")
    assert help_request.question == ""
    write(help_request, "Sou eu", channel="email", trust="token")
    assert (help_request.question, help_request.question_origin) == ("Sou eu", "email")


def test_a_message_ends_pending_and_snooze(help_request):
    actions.change_status(help_request, SYSTEM, Status.PENDING)
    actions.snooze_ticket(help_request, SYSTEM, timezone.now() + timedelta(days=2))
    write(help_request)
    assert (help_request.status, help_request.snoozed_until) == (Status.OPEN, None)


def test_the_wait_starts_with_the_first_unanswered_message(help_request):
    first = write(help_request)
    write(help_request, "E mais")
    assert help_request.awaiting_reply_since == first.created_at


def test_a_resolved_ticket_is_reopened_within_the_teams_period(help_request):
    write(help_request)
    actions.resolve_ticket(help_request, SYSTEM)
    again = write(help_request, "Ainda não abre")
    assert (help_request.status, help_request.awaiting_reply_since) == (Status.OPEN, again.created_at)
    assert kinds(help_request)[-1] == "reopened"


@pytest.mark.parametrize(("was_answered", "question"), [(True, ""), (False, "Obrigada!")])
def test_a_message_that_reopens_an_answered_ticket_is_not_its_question(help_request, actor, was_answered, question):
    if was_answered:
        reply(help_request, actor, "Limpe o cache.")
    actions.resolve_ticket(help_request, SYSTEM)
    write(help_request, "Obrigada!")
    assert (help_request.status, help_request.question) == (Status.OPEN, question)


def test_after_that_period_one_new_ticket_continues_it(help_request, team):
    actions.resolve_ticket(help_request, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=8))
    first = write(help_request, "Voltou a acontecer")
    second = write(help_request, "No computador também")
    later = Ticket.objects.exclude(pk=help_request.pk).get()
    assert (later.continues, later.question, later.course) == (help_request, "Voltou a acontecer", help_request.course)
    assert {first.ticket_id, second.ticket_id} == {later.pk}
    assert help_request.status == Status.RESOLVED
    team.reopen_within_days = 30
    team.save()
    Ticket.objects.filter(pk=later.pk).delete()
    write(Ticket.objects.get(pk=help_request.pk), "Agora reabre")
    assert Ticket.objects.get().status == Status.OPEN


def test_after_that_period_an_open_ticket_of_the_learner_continues_it(help_request):
    actions.resolve_ticket(help_request, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=8))
    waiting = open_ticket(
        help_request.team, learner=help_request.learner, course=help_request.course, requested_at=timezone.now()
    )
    assert write(help_request).ticket_id == waiting.pk


def test_a_message_to_a_merged_ticket_goes_to_its_root(help_request):
    root = open_ticket(help_request.team, learner=help_request.learner, requested_at=timezone.now())
    actions.merge_ticket(help_request, SYSTEM, root)
    assert write(help_request, topic="access").ticket_id == root.pk
    root.refresh_from_db()
    assert (root.topic, root.version > 2) == ("access", True)


def test_merging_moves_the_question_and_splitting_returns_it(help_request):
    write(help_request, "", topic="video")
    root = open_ticket(help_request.team, learner=help_request.learner, requested_at=timezone.now())
    actions.merge_ticket(help_request, SYSTEM, root)
    root.refresh_from_db()
    assert (root.topic, root.question_origin, root.question_from) == ("video", "page", help_request)
    assert root.awaiting_reply_since == help_request.awaiting_reply_since
    actions.unmerge_ticket(help_request, SYSTEM)
    root.refresh_from_db()
    assert (root.topic, root.question_origin, root.question_known_at) == ("", "", None)


@pytest.mark.parametrize(
    ("body", "more"), [("  \n", {}), ("x" * 20_001, {}), ("Oi", {"topic": "money"})], ids=["empty", "long", "topic"]
)
def test_an_invalid_message_is_refused(help_request, body, more):
    with pytest.raises(ActionRefused):
        write(help_request, body, **more)
    assert not Message.objects.exists()


def test_a_lesson_chosen_by_the_learner_is_not_changed_by_activity(help_request):
    from helpdesk.conversations.learner_page.seen_lessons import chosen_lesson, seen_lessons
    from helpdesk.tickets.actions import place_in_lessons

    lessons = seen_lessons(help_request)
    assert [each.title for each in lessons] == [
        "Ovos recheados",
        "Embalagem",
        "Temperagem na bancada",
        "Boas-vindas",
    ]
    write(help_request, topic="video", lesson=chosen_lesson(lessons, lessons[1].code))
    assert help_request.lesson.title == "Embalagem"
    place_in_lessons({help_request.learner: help_request.requested_at - timedelta(days=9)})
    help_request.refresh_from_db()
    assert help_request.lesson.title == "Embalagem"


def test_a_member_can_set_and_correct_the_question(help_request):
    bia = Actor.person(MembershipFactory(team=help_request.team, user__name="Bia").user)
    actions.change_question(help_request, bia, "Quer nota fiscal", "payment")
    known = help_request.question_known_at
    actions.change_question(help_request, bia, "Quer nota fiscal", "payment")
    actions.change_question(help_request, bia, "Quer a nota fiscal", "payment")
    assert (help_request.question, help_request.question_origin, help_request.question_known_at) == (
        "Quer a nota fiscal",
        "team",
        known,
    )
    assert kinds(help_request) == ["created", "question_known", "question_known"]
    with pytest.raises(ActionRefused):
        actions.change_question(help_request, bia, " ", "")
