"""When a message is sent, that it is sent only once, and who is informed."""

import json

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.conversations.tasks import enqueue_late_dispatches
from helpdesk.integrations.payloads import payloads_of
from helpdesk.tickets import actions
from tests.conversations.sending.smtp.steps import at, dispatch_of, send, time_passes
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def test_an_email_is_sent_after_ten_seconds(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Olá!")
    dispatcher.send_due()
    assert smtp_server.taken == []
    send(seconds=9)
    assert smtp_server.taken == []
    send(seconds=2)
    assert smtp_server.recipients() == ["mariana@example.com"]
    dispatch = dispatch_of(message)
    assert (dispatch.state, dispatch.attempts, dispatch.next_try_at) == ("accepted", 1, None)
    assert dispatch.accepted_at is not None
    assert smtp_server.ids() == [dispatch.email_message_id]


def test_an_undone_reply_is_not_sent(ticket, joao, smtp_server):
    cancel_reply(reply(ticket, joao, "Olá!"), joao)
    send(days=2)
    assert smtp_server.taken == []


def test_an_accepted_email_is_never_sent_again(ticket, joao, smtp_server):
    reply(ticket, joao, "Olá!")
    send()
    for _ in range(3):
        send(days=1)
    assert len(smtp_server.taken) == 1


def test_sending_is_recorded_without_changing_the_version(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    version = fresh(ticket).version
    send()
    event = ticket.events.latest("pk")
    assert (event.kind, event.fact.message, event.actor_kind) == ("message_sent", message.pk, "system")
    assert fresh(ticket).version == version
    actions.change_priority(ticket, joao, 4)
    Dispatch.objects.update(state="queued", next_try_at=timezone.now())
    send()
    actions.require_version(ticket, joao, version)


def test_webhooks_report_sent_and_failed_messages(ticket, joao, smtp_server):
    sent = reply(ticket, joao, "Olá!")
    send()
    smtp_server.rule = at("rcpt", "554 5.7.1 Message rejected")
    failed = reply(ticket, joao, "Ainda está aí?")
    send()
    told = {}
    for body in payloads_of(list(ticket.events.order_by("pk"))).values():
        payload = json.loads(body)
        told[payload["type"]] = payload["data"]
    for name, message, body, state in (
        ("message.sent", sent, "Olá!", "accepted"),
        ("message.failed", failed, "Ainda está aí?", "failed"),
    ):
        (delivery,) = told[name]["message"]["deliveries"]
        assert (told[name]["message"]["id"], told[name]["message"]["body"]) == (message.pk, body)
        assert (delivery["recipient"], delivery["state"]) == ("mariana@example.com", state)
    assert "554 5.7.1 Message rejected" in delivery["reason"]
    assert "554 5.7.1 Message rejected" in told["message.failed"]["event"]["new_value"]


def test_a_job_is_scheduled_for_sending_and_another_if_it_is_lost(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    jobs = ProcrastinateJob.objects.filter(task_name="conversations.send_due")
    assert list(jobs.values_list("scheduled_at", "queue_name")) == [(message.send_at, "emails")]
    enqueue_late_dispatches()
    assert jobs.count() == 1
    time_passes(minutes=1)
    enqueue_late_dispatches()
    assert jobs.count() == 2
