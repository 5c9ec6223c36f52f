"""Faults of ours, of a library and of the mail server's address or login: they stop no other message."""

import pytest
from django.db import OperationalError

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.conversations.sending.outgoing_emails import email_of
from tests.conversations.sending.smtp.steps import dispatch_of, send, time_passes
from tests.factories import LearnerFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def fail_with_value_error(*_args, **_kwargs):
    raise ValueError("odd")


def test_an_email_the_library_cannot_write_has_failed(ticket, joao, smtp_server, monkeypatch):
    message = reply(ticket, joao, "Olá!")
    monkeypatch.setattr("django.core.mail.backends.smtp.sanitize_address", fail_with_value_error)
    send()
    assert (dispatch_of(message).state, smtp_server.taken) == ("failed", [])
    assert "ValueError: odd" in dispatch_of(message).reason
    assert fresh(ticket).sending_failed_at


def test_a_library_error_after_the_hand_over_leaves_the_outcome_open(ticket, joao, smtp_server, monkeypatch):
    message = reply(ticket, joao, "Olá!")
    monkeypatch.setattr("smtplib.SMTP.data", fail_with_value_error)
    send()
    assert (dispatch_of(message).state, bool(dispatch_of(message).handed_over_at)) == ("sending", True)
    for _ in range(2):
        send(minutes=7)
    assert dispatch_of(message).state == "failed"
    assert "didn’t say whether it accepted it" in dispatch_of(message).reason


def test_an_unusable_setting_does_not_fail_the_email(ticket, joao, settings):
    settings.EMAIL_HOST = "a" * 70 + ".example"  # no host name
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "queued"


def test_a_database_error_is_not_blamed_on_the_mail_server(ticket, joao, smtp_server, monkeypatch):
    message = reply(ticket, joao, "Olá!")

    def fail(dispatch):
        raise OperationalError("away")

    monkeypatch.setattr(dispatcher, "_note_hand_over", fail)
    with pytest.raises(OperationalError):
        send()
    assert dispatch_of(message).state == "sending"


def test_an_email_that_crashes_every_worker_is_given_up(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Olá!")
    for _ in range(dispatcher.MOST_ATTEMPTS):
        time_passes(minutes=7)
        assert dispatcher.claim()
    time_passes(minutes=7)
    assert dispatcher.claim() is None
    dispatch = dispatch_of(message)
    assert (dispatch.state, dispatch.reason) == ("failed", "Sending it crashed the worker several times.")
    assert fresh(ticket).sending_failed_at


def test_an_email_that_cannot_be_written_does_not_hold_up_others(team, joao, smtp_server, monkeypatch):
    write = email_of

    def failing(dispatch):
        if dispatch.recipient == "bad@example.com":
            raise ValueError("odd")
        return write(dispatch)

    monkeypatch.setattr(dispatcher, "email_of", failing)
    for address in ("bad@example.com", "good@example.com"):
        reply(open_ticket(team, learner=LearnerFactory(team=team, email=address)), joao, "Olá!")
    send()
    assert smtp_server.recipients() == ["good@example.com"]
    assert Dispatch.objects.get(recipient="bad@example.com").state == "queued"


def test_an_unreachable_server_leaves_the_email_queued(ticket, joao, settings):
    settings.EMAIL_PORT = 1
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "queued"
    assert "ConnectionRefusedError" in dispatch_of(message).reason


def test_a_refused_login_leaves_the_email_queued(ticket, joao, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "helpdesk", "wrong"
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "queued"
