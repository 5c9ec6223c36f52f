"""Mail servers that hang or hang up, and workers that die or are slow: an e-mail arrives at most twice."""

import pytest

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.conversations.sending.dispatches import send_to_present_address
from helpdesk.courses.actions import set_corrected_address
from tests.conversations.sending.mail_server import CUT, HANG
from tests.conversations.sending.smtp.steps import at, dispatch_of, send, send_late, time_passes
from tests.factories import LearnerFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def test_an_email_cut_off_after_data_is_repeated_once_with_the_same_id(ticket, joao, smtp_server):
    smtp_server.rule = at("after", CUT)
    message = reply(ticket, joao, "Olá!")
    send()
    dispatch = dispatch_of(message)
    assert (dispatch.state, len(smtp_server.taken)) == ("sending", 1)
    assert dispatch.handed_over_at is not None
    dispatcher.send_due()
    send(minutes=5)
    assert len(smtp_server.taken) == 1
    smtp_server.rule = lambda *step: None
    send(minutes=2)
    assert dispatch_of(message).state == "accepted"
    assert smtp_server.ids() == [dispatch.email_message_id] * 2
    send(days=1)
    assert len(smtp_server.taken) == 2


@pytest.mark.parametrize("how", [CUT, HANG])
def test_an_unresponsive_server_gets_an_email_at_most_twice(ticket, joao, smtp_server, how):
    smtp_server.rule = at("after", how)
    message = reply(ticket, joao, "Olá!")
    send()
    for _ in range(4):
        send(minutes=7)
    assert len(smtp_server.taken) == 2
    dispatch = dispatch_of(message)
    assert dispatch.state == "failed"
    assert "didn’t say whether it accepted it" in dispatch.reason
    assert dispatch.events.filter(detail="The mail server did not answer, so it is being sent again.").count() == 1
    assert fresh(ticket).sending_failed_at is not None


def test_what_is_stored_about_an_attempt_is_in_the_installations_language(ticket, joao, smtp_server, settings):
    settings.LANGUAGE_CODE = "pt-br"
    smtp_server.rule = at("after", CUT)
    message = reply(ticket, joao, "Olá!")
    send()
    smtp_server.rule = at("mail", CUT)
    send(minutes=7)
    set_corrected_address(message.ticket.learner, "mariana@new.example")
    assert send_to_present_address(dispatch_of(message))
    details = dispatch_of(message).events.order_by("pk").values_list("detail", flat=True)
    assert list(details)[-3:] == [
        "O servidor de e-mail não respondeu; o e-mail está sendo enviado de novo.",
        "O servidor de e-mail encerrou a conexão.",
        "O endereço do aluno foi corrigido.",
    ]


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize("how", [CUT, HANG])
def test_an_interruption_before_data_does_not_count_as_handed_over(ticket, joao, smtp_server, step, how):
    smtp_server.rule = at(step, how)
    message = reply(ticket, joao, "Olá!")
    send()
    dispatch = dispatch_of(message)
    assert (dispatch.state, dispatch.handed_over_at, dispatch.repeats) == ("queued", None, 0)
    smtp_server.rule = lambda *step: None
    send(minutes=2)
    assert (dispatch_of(message).state, len(smtp_server.taken)) == ("accepted", 1)


def test_a_server_may_disconnect_between_two_emails(team, joao, smtp_server):
    for address in ("one@example.com", "two@example.com"):
        reply(open_ticket(team, learner=LearnerFactory(team=team, email=address)), joao, "Olá!")
    cut = iter([None, CUT])
    smtp_server.rule = lambda step, recipient: next(cut, None) if step == "mail" else None
    send()
    assert sorted(smtp_server.recipients()) == ["one@example.com", "two@example.com"]
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"accepted"}


def test_an_email_of_a_worker_that_died_before_the_hand_over_is_sent_normally(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Olá!")
    for _ in range(4):
        time_passes(minutes=7)
        assert dispatcher.claim()
    send(minutes=7)
    assert (dispatch_of(message).state, dispatch_of(message).repeats, len(smtp_server.taken)) == ("accepted", 0, 1)


def test_a_claimed_email_is_not_sent_by_another_worker(ticket, joao, smtp_server):
    reply(ticket, joao, "Olá!")
    time_passes(seconds=11)
    assert dispatcher.claim()
    dispatcher.send_due()
    assert smtp_server.taken == []


def test_without_the_lease_nothing_is_handed_over(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Olá!")
    time_passes(seconds=11)
    slow = dispatcher.claim()
    send(minutes=7)
    send_late(slow)
    assert len(smtp_server.taken) == 1
    assert dispatch_of(message).state == "accepted"


def test_without_the_lease_no_failure_is_recorded(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Olá!")
    time_passes(seconds=11)
    slow = dispatcher.claim()
    time_passes(minutes=7)
    assert dispatcher.claim()
    smtp_server.rule = at("mail", "550 No")
    send_late(slow)
    assert dispatch_of(message).state == "sending"
    assert fresh(ticket).sending_failed_at is None
