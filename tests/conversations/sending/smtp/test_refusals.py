"""What a mail server puts off or refuses, and what that means for the ticket and the address."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.courses.models import Learner
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.conversations.sending.smtp.steps import at, dispatch_of, send
from tests.factories import LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_deferred_email_is_retried_at_growing_intervals(ticket, joao, smtp_server, step):
    smtp_server.rule = at(step, "451 4.7.1 Greylisted, try later")
    message = reply(ticket, joao, "Olá!")
    send()
    waits = []
    while (dispatch := dispatch_of(message)).state == "queued":
        assert dispatch.reason == "451 4.7.1 Greylisted, try later"
        waits.append(dispatch.next_try_at - timezone.now())
        send(seconds=waits[-1].total_seconds() + 1)
    assert waits == sorted(waits)
    assert timedelta(minutes=1) * 0.9 < waits[0] < timedelta(minutes=2)
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=28)
    assert dispatch.state == "failed"
    assert "has not accepted it for a day: 451 4.7.1 Greylisted" in dispatch.reason
    smtp_server.rule = lambda *step: None
    assert smtp_server.taken == []


def test_a_deferred_email_is_accepted_later(ticket, joao, smtp_server):
    smtp_server.rule = at("rcpt", "450 4.2.0 Busy")
    message = reply(ticket, joao, "Olá!")
    send()
    smtp_server.rule = lambda *step: None
    send(minutes=3)
    assert (dispatch_of(message).state, dispatch_of(message).reason) == ("accepted", "")
    states = list(dispatch_of(message).events.order_by("pk").values_list("state", "detail"))
    assert states == [("held", ""), ("queued", "450 4.2.0 Busy"), ("accepted", "")]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_refused_email_has_failed_and_its_ticket_is_to_do_again(ticket, joao, smtp_server, step):
    smtp_server.rule = at(step, "554 5.7.1 Rejected as spam")
    message = reply(ticket, joao, "Olá!", then=Status.RESOLVED)
    send()
    dispatch, after = dispatch_of(message), fresh(ticket)
    assert (dispatch.state, dispatch.reason) == ("failed", "The mail server rejected it: 554 5.7.1 Rejected as spam")
    assert after.sending_failed_at is not None
    assert (after.status, after.resolved_at, after.first_responded_at) == (Status.NEW, None, None)
    event = ticket.events.get(kind="sending_failed")
    assert (event.fact.message, event.fact.reason) == (message.pk, dispatch.reason)
    assert not SuppressedAddress.objects.exists()
    send(days=1)
    assert dispatch_of(message).attempts == 1


def test_a_failure_keeps_a_status_changed_since(ticket, joao, smtp_server):
    smtp_server.rule = at("rcpt", "550 No")
    reply(ticket, joao, "Olá!", then=Status.PENDING)
    actions.change_status(ticket, joao, Status.ON_HOLD)
    send()
    assert (fresh(ticket).status, bool(fresh(ticket).sending_failed_at)) == (Status.ON_HOLD, True)


def test_a_failure_on_a_merged_ticket_is_recorded_on_its_root(ticket, joao, smtp_server):
    other = open_ticket(ticket.team, learner=ticket.learner)
    smtp_server.rule = at("rcpt", "550 No")
    reply(ticket, joao, "Olá!")
    actions.merge_ticket(ticket, joao, other)
    send()
    assert list(Ticket.objects.unmerged().filter(sending_failed_at__isnull=False)) == [other]
    assert other.events.filter(kind="sending_failed").exists()
    retry_message(ticket.messages.get(), joao)
    assert fresh(other).sending_failed_at is None


def test_a_nonexistent_address_is_suppressed(ticket, joao, smtp_server):
    smtp_server.rule = at("rcpt", "550 5.1.1 User unknown")
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).reason == "This address does not exist: 550 5.1.1 User unknown"
    suppressed = SuppressedAddress.objects.get()
    assert (suppressed.address, suppressed.reason) == ("mariana@example.com", "bounced")


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.8 Sender address rejected: Domain not found",
        "550 5.1.7 Bad sender address",
        "550 5.7.1 Client host 5.1.77.20 blocked",
        "550 5.7.1 Blocked, was 5.1.1",
    ],
)
def test_a_refusal_not_about_the_address_suppresses_nobody(ticket, joao, smtp_server, answer):
    smtp_server.rule = at("rcpt", answer)
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "failed"
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize(
    "answer", ["530 5.7.0 Authentication required", "535 5.7.8 Authentication failed", "538 5.7.11 Encryption required"]
)
def test_a_login_required_while_sending_leaves_the_email_queued(ticket, joao, smtp_server, step, answer):
    smtp_server.rule = at(step, answer)
    message = reply(ticket, joao, "Olá!")
    send()
    assert (dispatch_of(message).state, dispatch_of(message).reason) == ("queued", answer)
    smtp_server.rule = lambda *step: None
    send(days=1)
    assert dispatch_of(message).state == "accepted"


def test_an_email_to_an_address_suppressed_meanwhile_has_failed(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Olá!")
    suppress_address(ticket.team, "mariana@example.com", SuppressedAddress.Reason.COMPLAINED)
    send()
    assert smtp_server.taken == []
    assert (dispatch_of(message).state, dispatch_of(message).reason) == (
        "failed",
        "The recipient marked an e-mail as spam",
    )


def test_one_bad_recipient_does_not_hold_up_others(team, joao, smtp_server):
    good = [LearnerFactory(team=team) for _ in range(4)]
    bad = LearnerFactory(team=team, email="bad@example.com")
    odd = LearnerFactory(team=team, email='"a<b>"@exämple.com')
    for learner in [bad, odd, *good]:
        reply(open_ticket(team, learner=learner), joao, "Olá!")
    smtp_server.rule = at("rcpt", "550 5.1.1 No", "bad@example.com")
    send()
    assert set(smtp_server.recipients()) >= {learner.email for learner in good}
    assert Dispatch.objects.get(recipient="bad@example.com").state == "failed"


@pytest.mark.parametrize("address", ["maria,silva@gmail.com", "maria@gmail..com", "x@y@gmail.com", "a;b@gmail.com"])
def test_an_email_to_an_invalid_address_has_failed_with_a_reason(team, joao, smtp_server, address):
    good = reply(open_ticket(team, learner=LearnerFactory(team=team)), joao, "Olá!")
    bad = reply(open_ticket(team, learner=LearnerFactory(team=team)), joao, "Olá!")
    Dispatch.objects.filter(message=bad).update(recipient=address)  # as of before replies to it were refused
    Learner.objects.filter(tickets__messages=bad).update(email=address)
    send()
    assert dispatch_of(good).state == "accepted"
    dispatch = dispatch_of(bad)
    assert (dispatch.state, dispatch.reason) == (
        "failed",
        f"No e-mail can be sent to {address}: it is not a valid address.",
    )
    assert fresh(bad.ticket).sending_failed_at


def test_a_suppression_affects_no_other_team(ticket, joao, smtp_server):
    other = MembershipFactory()
    theirs = open_ticket(other.team, learner=LearnerFactory(team=other.team, email="mariana@example.com"))
    smtp_server.rule = at("rcpt", "550 5.1.1 No")
    reply(ticket, joao, "Olá!")
    send()
    smtp_server.rule = lambda *step: None
    assert reply(theirs, Actor.person(other.user), "Olá!")
