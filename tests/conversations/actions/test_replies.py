"""Replying to a learner, and taking it back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.dismissing_failures import dismiss_failure
from helpdesk.conversations.actions.new_messages import NewMessages
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Attachment, Dispatch, Draft, SuppressedAddress
from helpdesk.conversations.sending.dispatches import hash_reply_token, reply_token, root_id, ticket_pk_of
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.conversations.writing.drafts import EditorPage
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.attachments import file_of
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh, kinds, refused
from webhooks.source_testing import ADDRESS

pytestmark = pytest.mark.django_db


def learner_writes(ticket, body="E agora?"):
    return Message.objects.create(team=ticket.team, ticket=ticket, kind="learner", channel="page", body=body)


def test_a_reply_is_held_for_ten_seconds(ticket, actor):
    message = reply(ticket, actor, "Olá!\r\nTente de novo.")
    dispatch = message.dispatches.get()
    assert (message.kind, message.body, message.author) == ("reply", "Olá!\nTente de novo.", actor.user)
    assert message.send_at == message.created_at + timedelta(seconds=10)
    assert (dispatch.state, dispatch.recipient, dispatch.next_try_at) == (
        "held",
        "mariana@example.com",
        message.send_at,
    )
    assert dispatch.events.get().state == "held"
    assert kinds(ticket) == ["created", "replied", "status_changed"]


def test_replying_opens_a_new_ticket_and_leaves_it_unassigned(ticket, actor):
    reply(ticket, actor, "Olá!")
    assert (fresh(ticket).status, fresh(ticket).assignee) == (Status.OPEN, None)


@pytest.mark.parametrize("then", [Status.PENDING, Status.RESOLVED])
def test_replying_can_set_pending_or_resolved(ticket, actor, then):
    reply(ticket, actor, "Olá!", then=then)
    assert fresh(ticket).status == then
    assert bool(fresh(ticket).resolved_at) == (then == Status.RESOLVED)


@pytest.mark.parametrize("status", [Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED])
def test_replying_keeps_any_other_status(ticket, actor, status):
    actions.change_status(ticket, actor, status)
    reply(ticket, actor, "Olá!")
    assert fresh(ticket).status == status


def test_sending_and_resolving_keeps_a_closed_ticket_closed(ticket, actor):
    actions.change_status(ticket, actor, Status.CLOSED)
    reply(ticket, actor, "Olá!", then=Status.RESOLVED)
    assert fresh(ticket).status == Status.CLOSED


def test_the_first_response_is_the_first_reply_by_a_person(ticket, actor):
    reply(ticket, Actor.token("Zapier"), "Recebemos.")
    assert fresh(ticket).first_responded_at is None
    first = reply(ticket, actor, "Olá!")
    reply(ticket, actor, "E mais uma coisa.")
    assert fresh(ticket).first_responded_at == first.created_at


def test_a_reply_ends_the_wait(ticket, actor):
    Ticket.objects.filter(pk=ticket.pk).update(awaiting_reply_since=timezone.now())
    reply(ticket, actor, "Olá!")
    assert fresh(ticket).awaiting_reply_since is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Write something"),
        ("\u200b", "Write something"),
        ("x" * 20_001, "at most 20,000"),
        ("Veja {lesson_link} e {lesson}", r"\{lesson_link\}, \{lesson\} could not be filled in"),
        ("Ponha {nome} em {lesson_link}", r"no variable \{nome\}\. .* in backticks: `\{nome\}`"),
    ],
)
def test_an_invalid_reply_is_refused(ticket, actor, body, words):
    with refused(words):
        reply(ticket, actor, body)
    assert not Dispatch.objects.exists()
    assert kinds(ticket) == ["created"]


def test_a_reply_to_a_suppressed_address_is_refused(ticket, actor):
    suppress_address(ticket.team, "Mariana@Example.com", SuppressedAddress.Reason.BOUNCED)
    with refused("E-mail to mariana@example.com is stopped: E-mail to this address bounced.*An owner or manager"):
        reply(ticket, actor, "Olá!")


def test_a_suppression_of_another_team_does_not_count(ticket, actor):
    suppress_address(MembershipFactory().team, "mariana@example.com", SuppressedAddress.Reason.BOUNCED)
    assert reply(ticket, actor, "Olá!")


@pytest.mark.parametrize("address", ["maria,silva@gmail.com", "maria@gmail,com", "m(x)@gmail.com", "joão@example.com"])
def test_a_reply_to_an_invalid_address_is_refused(team, actor, address):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email=address))
    with refused(re.escape(f"No e-mail can be sent to {address}: it is not a valid address.")):
        reply(ticket, actor, "Olá!")


def test_a_reply_to_the_learner_of_a_test_call_is_refused(team, actor):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email=ADDRESS))
    with refused(re.escape(f"{ADDRESS} cannot be anyone’s address, so no e-mail is sent to it.")):
        reply(ticket, actor, "Olá!")
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.com", "@example.com"])
def test_a_reply_to_a_learner_without_an_address_is_refused(team, actor, address):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email=address))
    with refused("no e-mail address"):
        reply(ticket, actor, "Olá!")


def test_a_reply_may_consist_of_files_only(ticket, actor):
    file = file_of(ticket, actor)
    message = reply(ticket, actor, "", attachments=[file])
    assert list(message.attachments.all()) == [file]


def test_files_too_large_for_one_email_are_refused(ticket, actor, settings):
    settings.EMAIL_FILES_MB = 1
    files = [file_of(ticket, actor, str(number)) for number in range(2)]
    Attachment.objects.update(size=2**19 + 1)
    for file in files:
        file.refresh_from_db()
    with refused("at most 1 MB"):
        reply(ticket, actor, "Veja.", attachments=files)
    assert reply(ticket, actor, "Veja.", attachments=files[:1]).attachments.count() == 1


def test_files_sent_already_or_of_others_are_refused(ticket, team, actor, other_actor):
    sent = file_of(ticket, actor, "1")
    reply(ticket, actor, "Veja.", attachments=[sent])
    sent.refresh_from_db()
    elsewhere = file_of(open_ticket(team), actor, "2")
    for file in (sent, elsewhere, file_of(ticket, other_actor, "3")):
        with refused("cannot be sent here"):
            reply(ticket, actor, "Veja.", attachments=[file])


def test_a_reply_is_stopped_if_others_wrote_meanwhile(ticket, actor, other_actor):
    seen = learner_writes(ticket, "Não abre.")
    actions.add_note(ticket, other_actor, "Deixa comigo.")
    theirs = reply(ticket, other_actor, "Já vejo.")
    again = learner_writes(ticket)
    mine = reply(ticket, actor, "Oi!")
    with pytest.raises(NewMessages) as stopped:
        reply(ticket, actor, "Olá!", page=EditorPage(seen=seen.pk))
    assert [message.pk for message in stopped.value.messages] == [seen.pk + 1, theirs.pk, again.pk]
    assert reply(ticket, actor, "Olá!", page=EditorPage(seen=mine.pk))


def test_a_reply_is_stopped_if_its_page_showed_no_messages_and_there_is_one(ticket, actor):
    assert reply(ticket, actor, "Olá!", page=EditorPage(seen=0))
    learner_writes(ticket)
    with pytest.raises(NewMessages):
        reply(ticket, actor, "Olá!", page=EditorPage(seen=0))


def test_cancelled_and_automatic_messages_do_not_stop_a_reply(ticket, actor, other_actor):
    cancel_reply(reply(ticket, other_actor, "Já vejo."), other_actor)
    Message.objects.create(team=ticket.team, ticket=ticket, kind="automatic", body="Recebemos.")
    assert reply(ticket, actor, "Olá!", page=EditorPage(seen=0))


def test_a_reply_replaces_its_draft(ticket, actor):
    Draft.objects.create(team=ticket.team, ticket=ticket, user=actor.user, kind="reply", body="Ol")
    note = Draft.objects.create(team=ticket.team, ticket=ticket, user=actor.user, kind="note", body="Hm")
    reply(ticket, actor, "Olá!")
    assert list(Draft.objects.all()) == [note]


def test_retrying_keeps_the_message_id(ticket, actor, other_actor):
    message = reply(ticket, actor, "Olá!")
    with refused("has not failed"):
        retry_message(message, other_actor)
    before = message.dispatches.get()
    message.dispatches.update(state="failed", reason="550", attempts=5, repeats=1, next_try_at=None)
    message.dispatches.update(handed_over_at=timezone.now())
    Ticket.objects.filter(pk=ticket.pk).update(sending_failed_at=timezone.now())
    retry_message(message, other_actor)
    after = message.dispatches.get()
    assert (after.state, after.reason, after.attempts, after.repeats) == ("queued", "", 0, 0)
    assert after.handed_over_at is None  # else it would count as a repeat of ours
    assert after.email_message_id == before.email_message_id
    assert after.next_try_at is not None
    assert fresh(ticket).sending_failed_at is None
    assert after.events.latest("pk").detail == "Lia Nunes"


def test_retrying_to_a_suppressed_address_is_refused(ticket, actor):
    message = reply(ticket, actor, "Olá!")
    message.dispatches.update(state="bounced")
    suppress_address(ticket.team, "mariana@example.com", SuppressedAddress.Reason.BOUNCED)
    with refused("E-mail to mariana@example.com is stopped"):
        retry_message(message, actor)


def reply_again(ticket, actor):
    return reply(ticket, actor, "Olá!")


@pytest.mark.parametrize("see_to_it", [dismiss_failure, actions.resolve_ticket, reply_again])
def test_a_failure_can_be_marked_as_handled(ticket, actor, see_to_it):
    Ticket.objects.filter(pk=ticket.pk).update(sending_failed_at=timezone.now())
    see_to_it(ticket, actor)
    assert fresh(ticket).sending_failed_at is None


def test_every_message_of_a_ticket_has_the_same_subject(ticket, actor):
    first = reply(ticket, actor, "Olá!").dispatches.get()
    assert "Confeitaria do zero" in first.subject
    ticket.course.title = "Outro nome"
    ticket.course.save()
    assert reply(fresh(ticket), actor, "Olá!").dispatches.get().subject == first.subject


def test_the_subject_is_one_short_line_whatever_the_course_title(team, actor):
    ticket = open_ticket(team, course=CourseFactory(team=team, title="Doces\r\nBcc: x@example.com " + "x" * 200))
    subject = reply(ticket, actor, "Olá!").dispatches.get().subject
    assert "\n" not in subject
    assert len(subject) <= 150


def test_a_reply_token_is_recognized_in_any_case(ticket, actor):
    dispatch = reply(ticket, actor, "Olá!").dispatches.get()
    token = reply_token(dispatch.email_message_id)
    assert len(token) == 33
    assert token.isalnum()
    assert Dispatch.objects.get(reply_token_hash=hash_reply_token(token.upper())) == dispatch


def test_the_root_id_of_a_conversation_is_recognized(ticket, settings):
    root = root_id(ticket)
    assert ticket_pk_of(f" {root} ") == ticket.pk
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert ticket_pk_of(root) == ticket.pk
    assert ticket_pk_of(root.replace(f"<t{ticket.pk}.", f"<t{ticket.pk + 1}.")) is None
    assert ticket_pk_of("<anything@example.com>") is None


def test_a_reply_is_shown_in_the_timeline(ticket, actor):
    reply(ticket, actor, "Olá!")
    told = [(str(entry.sentence), entry.text) for entry in timeline_of(fresh(ticket), []) if entry.message]
    assert told == [("<b>João Pedro</b> replied", "Olá!")]
