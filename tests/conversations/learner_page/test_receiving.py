"""What learners write comes to the ticket that stands for what they asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

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
    message = receive_message(ticket, Actor.learner(ticket.learner), body, **more)
    ticket.refresh_from_db()
    return message


def test_the_first_message_tells_the_question(ticket):
    message = write(ticket, "  Abre em\r\nbranco ", topic="download")
    assert (message.kind, message.body, message.author_name) == ("learner", "Abre em\nbranco", "Conceição Lima")
    assert (ticket.question, ticket.topic, ticket.question_origin) == ("Abre em\nbranco", "download", "page")
    assert ticket.question_known_at
    assert ticket.awaiting_reply_since == message.created_at
    assert kinds(ticket) == ["created", "learner_wrote", "question_known"]
    assert set(ticket.events.exclude(kind="created").values_list("actor_kind", "actor_name")) == {
        ("learner", "Conceição Lima")
    }


def test_a_topic_alone_is_a_question(ticket):
    write(ticket, "", topic="video")
    assert (ticket.question, ticket.topic, ticket.is_question_known) == ("", "video", True)


def test_words_that_follow_complete_it_until_somebody_answers(ticket, agent):
    write(ticket, "", topic="video")
    write(ticket, "Fica carregando")
    assert (ticket.question, ticket.topic) == ("Fica carregando", "video")
    write(ticket, "No celular")
    assert ticket.question == "Fica carregando"


def test_who_chose_the_wrong_topic_chooses_another(ticket):
    """As after a slip of the thumb, by which one goes back and taps again."""
    write(ticket, "", topic="payment")
    write(ticket, "Fica preto", topic="video")
    assert (ticket.question, ticket.topic, ticket.question_origin) == ("Fica preto", "video", "page")
    write(ticket, "Obrigada")
    assert ticket.topic == "video"


def test_not_where_the_team_has_chosen_or_answered(ticket, agent):
    write(ticket, "", topic="payment")
    actions.choose_topic(ticket, Actor.person(agent), "access")
    write(ticket, "", topic="video")
    assert ticket.topic == "access"


def test_nor_once_somebody_has_answered(ticket, agent):
    write(ticket, "", topic="payment")
    reply(ticket, Actor.person(agent), "Já vimos.")
    write(ticket, "", topic="video")
    assert ticket.topic == "payment"


def test_after_an_answer_words_are_no_question_where_a_topic_is_known(ticket, agent):
    write(ticket, "", topic="video")
    reply(ticket, Actor.person(agent), "Em qual navegador?", then=Status.PENDING)
    write(ticket, "Chrome")
    assert (ticket.question, ticket.topic) == ("", "video")


def test_what_the_team_wrote_down_stays(ticket, agent):
    actions.change_question(ticket, Actor.person(agent), "Quer o reembolso")
    write(ticket, "Obrigada", topic="payment")
    assert (ticket.question, ticket.topic, ticket.question_origin) == ("Quer o reembolso", "payment", "team")


def test_whoever_is_not_the_learner_tells_no_question(ticket):
    message = write(ticket, "Sou a irmã", author_email="irma@example.com", channel="email", trust="domain")
    assert (message.author_email, ticket.question) == ("irma@example.com", "")
    write(ticket, "Forjado", channel="email", trust="unverified")
    assert ticket.question == ""
    write(ticket, "Sou eu", channel="email", trust="token")
    assert (ticket.question, ticket.question_origin) == ("Sou eu", "email")


def test_it_comes_back_from_waiting(ticket):
    actions.change_status(ticket, SYSTEM, Status.PENDING)
    actions.snooze_ticket(ticket, SYSTEM, timezone.now() + timedelta(days=2))
    write(ticket)
    assert (ticket.status, ticket.snoozed_until) == (Status.OPEN, None)


def test_the_first_of_several_is_what_the_learner_waits_since(ticket):
    first = write(ticket)
    write(ticket, "E mais")
    assert ticket.awaiting_reply_since == first.created_at


def test_a_resolved_one_is_reopened_within_the_teams_time(ticket):
    write(ticket)
    actions.resolve_ticket(ticket, SYSTEM)
    again = write(ticket, "Ainda não abre")
    assert (ticket.status, ticket.awaiting_reply_since) == (Status.OPEN, again.created_at)
    assert kinds(ticket)[-1] == "reopened"


@pytest.mark.parametrize(("was_answered", "question"), [(True, ""), (False, "Obrigada!")])
def test_what_reopens_an_answered_one_is_not_its_question(ticket, actor, was_answered, question):
    if was_answered:
        reply(ticket, actor, "Limpe o cache.")
    actions.resolve_ticket(ticket, SYSTEM)
    write(ticket, "Obrigada!")
    assert (ticket.status, ticket.question) == (Status.OPEN, question)


def test_later_another_ticket_goes_on_with_it_once(ticket, team):
    actions.resolve_ticket(ticket, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=8))
    first = write(ticket, "Voltou a acontecer")
    second = write(ticket, "No computador também")
    later = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (later.continues, later.question, later.course) == (ticket, "Voltou a acontecer", ticket.course)
    assert {first.ticket_id, second.ticket_id} == {later.pk}
    assert ticket.status == Status.RESOLVED
    team.reopen_within_days = 30
    team.save()
    Ticket.objects.filter(pk=later.pk).delete()
    write(Ticket.objects.get(pk=ticket.pk), "Agora reabre")
    assert Ticket.objects.get().status == Status.OPEN


def test_it_goes_on_in_what_the_learner_still_waits_for(ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=8))
    waiting = open_ticket(ticket.team, learner=ticket.learner, course=ticket.course, requested_at=timezone.now())
    assert write(ticket).ticket_id == waiting.pk


def test_of_a_merged_one_it_goes_to_the_one_that_stands(ticket):
    root = open_ticket(ticket.team, learner=ticket.learner, requested_at=timezone.now())
    actions.merge_ticket(ticket, SYSTEM, root)
    assert write(ticket, topic="access").ticket_id == root.pk
    root.refresh_from_db()
    assert (root.topic, root.version > 2) == ("access", True)


def test_merging_brings_the_question_along_and_splitting_gives_it_back(ticket):
    write(ticket, "", topic="video")
    root = open_ticket(ticket.team, learner=ticket.learner, requested_at=timezone.now())
    actions.merge_ticket(ticket, SYSTEM, root)
    root.refresh_from_db()
    assert (root.topic, root.question_origin, root.question_from) == ("video", "page", ticket)
    assert root.awaiting_reply_since == ticket.awaiting_reply_since
    actions.unmerge_ticket(ticket, SYSTEM)
    root.refresh_from_db()
    assert (root.topic, root.question_origin, root.question_known_at) == ("", "", None)


@pytest.mark.parametrize(
    ("body", "more"), [("  \n", {}), ("x" * 20_001, {}), ("Oi", {"topic": "money"})], ids=["empty", "long", "topic"]
)
def test_what_is_no_message_is_refused(ticket, body, more):
    with pytest.raises(ActionRefused):
        write(ticket, body, **more)
    assert not Message.objects.exists()


def test_a_lesson_that_the_learner_chose_is_not_changed_by_activity(ticket):
    from helpdesk.conversations.seen_lessons import chosen_lesson, seen_lessons
    from helpdesk.tickets.actions import place_in_lessons

    lessons = seen_lessons(ticket)
    assert [each.title for each in lessons] == [
        "Ovos recheados",
        "Embalagem",
        "Temperagem na bancada",
        "Boas-vindas",
    ]
    write(ticket, topic="video", lesson=chosen_lesson(lessons, lessons[1].code))
    assert ticket.lesson.title == "Embalagem"
    place_in_lessons({ticket.learner: ticket.requested_at - timedelta(days=9)})
    ticket.refresh_from_db()
    assert ticket.lesson.title == "Embalagem"


def test_a_member_tells_the_question_and_corrects_it(ticket):
    bia = Actor.person(MembershipFactory(team=ticket.team, user__name="Bia").user)
    actions.change_question(ticket, bia, "Quer nota fiscal", "payment")
    known = ticket.question_known_at
    actions.change_question(ticket, bia, "Quer nota fiscal", "payment")
    actions.change_question(ticket, bia, "Quer a nota fiscal", "payment")
    assert (ticket.question, ticket.question_origin, ticket.question_known_at) == ("Quer a nota fiscal", "team", known)
    assert kinds(ticket) == ["created", "question_known", "question_known"]
    with pytest.raises(ActionRefused):
        actions.change_question(ticket, bia, " ", "")
