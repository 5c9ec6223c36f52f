"""Replying to a learner, and taking it back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import (
    NewMessages,
    cancel_reply,
    dismiss_failure,
    reply,
    retry_message,
)
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.dispatches import hash_token, reply_token, root_id, ticket_pk_of
from helpdesk.conversations.models import Attachment, Dispatch, Draft, SuppressedAddress
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.attachments import file_of
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh, kinds, refused

pytestmark = pytest.mark.django_db
State = Dispatch.State


@pytest.fixture
def beatriz(team):
    return Actor.person(MembershipFactory(team=team, user__name="Beatriz Lima").user)


def learner_writes(ticket, body="E agora?"):
    return Message.objects.create(team=ticket.team, ticket=ticket, kind="learner", channel="page", body=body)


def test_a_reply_is_held_for_ten_seconds(ticket, joao):
    message = reply(ticket, joao, "Olá!\r\nTente de novo.")
    dispatch = message.dispatches.get()
    assert (message.kind, message.body, message.author) == ("reply", "Olá!\nTente de novo.", joao.user)
    assert message.send_at == message.created_at + timedelta(seconds=10)
    assert (dispatch.state, dispatch.recipient, dispatch.next_try_at) == (
        "held",
        "mariana@example.com",
        message.send_at,
    )
    assert dispatch.events.get().state == "held"
    assert kinds(ticket) == ["created", "replied", "status_changed"]


def test_a_new_ticket_is_open_then_and_nobodys(ticket, joao):
    reply(ticket, joao, "Olá!")
    assert (fresh(ticket).status, fresh(ticket).assignee) == (Status.OPEN, None)


@pytest.mark.parametrize("then", [Status.PENDING, Status.RESOLVED])
def test_sending_and_waiting_or_resolving(ticket, joao, then):
    reply(ticket, joao, "Olá!", then=then)
    assert fresh(ticket).status == then
    assert bool(fresh(ticket).resolved_at) == (then == Status.RESOLVED)


@pytest.mark.parametrize("status", [Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED])
def test_another_status_stays_unless_one_is_asked_for(ticket, joao, status):
    actions.change_status(ticket, joao, status)
    reply(ticket, joao, "Olá!")
    assert fresh(ticket).status == status


def test_a_closed_ticket_that_is_sent_and_resolved_stays_closed(ticket, joao):
    actions.change_status(ticket, joao, Status.CLOSED)
    reply(ticket, joao, "Olá!", then=Status.RESOLVED)
    assert fresh(ticket).status == Status.CLOSED


def test_the_first_response_is_the_first_reply_of_a_person(ticket, joao):
    reply(ticket, Actor.token("Zapier"), "Recebemos.")
    assert fresh(ticket).first_responded_at is None
    first = reply(ticket, joao, "Olá!")
    reply(ticket, joao, "E mais uma coisa.")
    assert fresh(ticket).first_responded_at == first.created_at


def test_who_waited_waits_no_longer(ticket, joao):
    Ticket.objects.filter(pk=ticket.pk).update(awaiting_reply_since=timezone.now())
    reply(ticket, joao, "Olá!")
    assert fresh(ticket).awaiting_reply_since is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Write something"),
        ("\u200b", "Write something"),
        ("x" * 20_001, "at most 20,000"),
        ("Veja {lesson_link} e {nome}", r"\{lesson_link\}, \{nome\} could not be filled in"),
    ],
)
def test_what_is_not_sent(ticket, joao, body, words):
    with refused(words):
        reply(ticket, joao, body)
    assert not Dispatch.objects.exists()
    assert kinds(ticket) == ["created"]


def test_an_address_that_is_written_to_no_more(ticket, joao):
    suppress_address(ticket.team, "Mariana@Example.com", SuppressedAddress.Reason.BOUNCED)
    with refused("No e-mail goes to mariana@example.com any more: E-mail to it came back.*An owner or a manager"):
        reply(ticket, joao, "Olá!")


def test_of_another_team_it_may_be(ticket, joao):
    suppress_address(MembershipFactory().team, "mariana@example.com", SuppressedAddress.Reason.BOUNCED)
    assert reply(ticket, joao, "Olá!")


@pytest.mark.parametrize("address", ["maria,silva@gmail.com", "maria@gmail,com", "m(x)@gmail.com", "joão@example.com"])
def test_a_learner_whose_address_no_mail_server_takes(team, joao, address):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email=address))
    with refused(re.escape(f"No e-mail can be sent to {address}: it is not a valid address.")):
        reply(ticket, joao, "Olá!")


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.com", "@example.com"])
def test_a_learner_without_an_address(team, joao, address):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email=address))
    with refused("no e-mail address"):
        reply(ticket, joao, "Olá!")


def test_files_alone_are_a_reply(ticket, joao):
    file = file_of(ticket, joao)
    message = reply(ticket, joao, "", attachments=[file])
    assert list(message.attachments.all()) == [file]


def test_files_that_are_too_large_together_for_an_e_mail_are_not_sent(ticket, joao, settings):
    settings.EMAIL_FILES_MB = 1
    files = [file_of(ticket, joao, str(number)) for number in range(2)]
    Attachment.objects.update(size=2**19 + 1)
    for file in files:
        file.refresh_from_db()
    with refused("at most 1 MB"):
        reply(ticket, joao, "Veja.", attachments=files)
    assert reply(ticket, joao, "Veja.", attachments=files[:1]).attachments.count() == 1


def test_files_of_others_are_not_sent(ticket, team, joao, beatriz):
    sent = file_of(ticket, joao, "1")
    reply(ticket, joao, "Veja.", attachments=[sent])
    sent.refresh_from_db()
    elsewhere = file_of(open_ticket(team), joao, "2")
    for file in (sent, elsewhere, file_of(ticket, beatriz, "3")):
        with refused("cannot be sent here"):
            reply(ticket, joao, "Veja.", attachments=[file])


def test_a_stop_where_others_wrote_meanwhile(ticket, joao, beatriz):
    seen = learner_writes(ticket, "Não abre.")
    actions.add_note(ticket, beatriz, "Deixa comigo.")
    theirs = reply(ticket, beatriz, "Já vejo.")
    again = learner_writes(ticket)
    mine = reply(ticket, joao, "Oi!")
    with pytest.raises(NewMessages) as stopped:
        reply(ticket, joao, "Olá!", seen=seen.pk)
    assert [message.pk for message in stopped.value.messages] == [seen.pk + 1, theirs.pk, again.pk]
    assert reply(ticket, joao, "Olá!", seen=mine.pk)


def test_seeing_nothing_is_seeing_less_than_something(ticket, joao):
    assert reply(ticket, joao, "Olá!", seen=0)
    learner_writes(ticket)
    with pytest.raises(NewMessages):
        reply(ticket, joao, "Olá!", seen=0)


def test_what_was_undone_or_sent_by_itself_stops_nobody(ticket, joao, beatriz):
    cancel_reply(reply(ticket, beatriz, "Já vejo."), beatriz)
    Message.objects.create(team=ticket.team, ticket=ticket, kind="automatic", body="Recebemos.")
    assert reply(ticket, joao, "Olá!", seen=0)


def test_a_reply_takes_the_place_of_its_draft(ticket, joao):
    Draft.objects.create(team=ticket.team, ticket=ticket, user=joao.user, kind="reply", body="Ol")
    note = Draft.objects.create(team=ticket.team, ticket=ticket, user=joao.user, kind="note", body="Hm")
    reply(ticket, joao, "Olá!")
    assert list(Draft.objects.all()) == [note]


def test_undoing_brings_back_ticket_and_draft(ticket, joao):
    since = timezone.now() - timedelta(hours=1)
    Ticket.objects.filter(pk=ticket.pk).update(awaiting_reply_since=since)
    file = file_of(ticket, joao)
    message = reply(ticket, joao, "Olá!", attachments=[file], then=Status.RESOLVED)
    cancel_reply(message, joao)
    after = fresh(ticket)
    assert (after.status, after.first_responded_at, after.resolved_at) == (Status.NEW, None, None)
    assert after.awaiting_reply_since == since
    draft = Draft.objects.get()
    assert (draft.body, draft.user, draft.kind) == ("Olá!", joao.user, "reply")
    file.refresh_from_db()
    assert file.message is None
    message.refresh_from_db()
    assert message.cancelled_at
    assert message.dispatches.get().state == State.CANCELLED
    assert "reply_cancelled" in kinds(ticket)
    assert not any(entry.message for entry in timeline_of(after, []))


def test_undoing_twice_is_undoing_once(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    cancel_reply(message, joao)
    Draft.objects.all().delete()
    cancel_reply(message, joao)
    assert not Draft.objects.exists()


def test_what_was_begun_meanwhile_stays_behind_what_comes_back(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    Draft.objects.create(team=ticket.team, ticket=ticket, user=joao.user, kind="reply", body="Aliás, ")
    cancel_reply(message, joao)
    assert Draft.objects.get().body == "Olá!\n\nAliás,"


def test_what_others_changed_since_stays(ticket, joao, beatriz):
    message = reply(ticket, joao, "Olá!", then=Status.PENDING)
    actions.change_status(ticket, beatriz, Status.ON_HOLD)
    cancel_reply(message, joao)
    assert (fresh(ticket).status, fresh(ticket).first_responded_at) == (Status.ON_HOLD, None)


def test_a_later_reply_keeps_what_follows_from_it(ticket, joao, beatriz):
    message = reply(ticket, joao, "Olá!")
    reply(ticket, beatriz, "Oi!")
    cancel_reply(message, joao)
    assert (fresh(ticket).status, fresh(ticket).first_responded_at is None) == (Status.OPEN, False)


def test_only_who_wrote_it_takes_it_back(ticket, joao, beatriz):
    message = reply(ticket, joao, "Olá!")
    for other in (beatriz, Actor.token("Zapier")):
        with refused("Only whoever wrote it"):
            cancel_reply(message, other)


def test_a_token_takes_its_own_back(ticket):
    message = reply(ticket, Actor.token("Zapier"), "Olá!")
    cancel_reply(message, Actor.token("Zapier"))
    assert message.cancelled_at
    assert not Draft.objects.exists()


@pytest.mark.parametrize("state", ["sending", "queued", "accepted", "failed"])
def test_what_has_left_is_not_taken_back(ticket, joao, state):
    message = reply(ticket, joao, "Olá!")
    message.dispatches.update(state=state)
    with refused("It has been sent already"):
        cancel_reply(message, joao)


def test_undoing_on_a_ticket_that_was_merged_meanwhile(ticket, joao):
    other = open_ticket(ticket.team, learner=ticket.learner)
    message = reply(ticket, joao, "Olá!")
    actions.merge_ticket(ticket, joao, other)
    cancel_reply(message, joao)
    assert Draft.objects.get().body == "Olá!"
    assert fresh(ticket).merged_into == other


def test_trying_again_keeps_the_message_id(ticket, joao, beatriz):
    message = reply(ticket, joao, "Olá!")
    with refused("has not failed"):
        retry_message(message, beatriz)
    before = message.dispatches.get()
    message.dispatches.update(state="failed", reason="550", attempts=5, repeats=1, next_try_at=None)
    message.dispatches.update(handed_over_at=timezone.now())
    Ticket.objects.filter(pk=ticket.pk).update(sending_failed_at=timezone.now())
    retry_message(message, beatriz)
    after = message.dispatches.get()
    assert (after.state, after.reason, after.attempts, after.repeats) == ("queued", "", 0, 0)
    assert after.handed_over_at is None  # else it would count as a repeat of ours
    assert after.email_message_id == before.email_message_id
    assert after.next_try_at is not None
    assert fresh(ticket).sending_failed_at is None
    assert after.events.latest("pk").detail == "Beatriz Lima"


def test_trying_again_an_address_that_is_written_to_no_more(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    message.dispatches.update(state="bounced")
    suppress_address(ticket.team, "mariana@example.com", SuppressedAddress.Reason.BOUNCED)
    with refused("No e-mail goes to"):
        retry_message(message, joao)


def reply_again(ticket, actor):
    return reply(ticket, actor, "Olá!")


@pytest.mark.parametrize("see_to_it", [dismiss_failure, actions.resolve_ticket, reply_again])
def test_seeing_to_a_failure_otherwise(ticket, joao, see_to_it):
    Ticket.objects.filter(pk=ticket.pk).update(sending_failed_at=timezone.now())
    see_to_it(ticket, joao)
    assert fresh(ticket).sending_failed_at is None


def test_every_message_of_a_ticket_has_the_same_subject(ticket, joao):
    first = reply(ticket, joao, "Olá!").dispatches.get()
    assert "Confeitaria do zero" in first.subject
    ticket.course.title = "Outro nome"
    ticket.course.save()
    assert reply(fresh(ticket), joao, "Olá!").dispatches.get().subject == first.subject


def test_the_subject_is_one_line_however_the_course_is_called(team, joao):
    ticket = open_ticket(team, course=CourseFactory(team=team, title="Doces\r\nBcc: x@example.com " + "x" * 200))
    subject = reply(ticket, joao, "Olá!").dispatches.get().subject
    assert "\n" not in subject
    assert len(subject) <= 150


def test_a_reply_token_is_known_again_in_any_case(ticket, joao):
    dispatch = reply(ticket, joao, "Olá!").dispatches.get()
    token = reply_token(dispatch.email_message_id)
    assert len(token) == 33
    assert token.isalnum()
    assert Dispatch.objects.get(reply_token_hash=hash_token(token.upper())) == dispatch


def test_the_root_of_a_conversation_is_known_again(ticket, settings):
    root = root_id(ticket)
    assert ticket_pk_of(f" {root} ") == ticket.pk
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert ticket_pk_of(root) == ticket.pk
    assert ticket_pk_of(root.replace(f"<t{ticket.pk}.", f"<t{ticket.pk + 1}.")) is None
    assert ticket_pk_of("<anything@example.com>") is None


def test_a_reply_is_in_the_timeline(ticket, joao):
    reply(ticket, joao, "Olá!")
    told = [(str(entry.sentence), entry.text) for entry in timeline_of(fresh(ticket), []) if entry.message]
    assert told == [("<b>João Pedro</b> replied", "Olá!")]
