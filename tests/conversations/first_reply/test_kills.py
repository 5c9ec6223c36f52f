"""kill -9 before and after each step of the first reply: every learner is asked, and none by two e-mails.

`SENDING_ROUNDS=200` for many rounds; in the suite there is one for each step.
"""

import os
from collections import Counter

import pytest
from django.utils import timezone

from helpdesk.conversations.models import Dispatch, QuestionRequest
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from tests.conversations.first_reply.process import PATIENCE, STEPS, decide_and_send
from tests.factories import LearnerFactory
from tests.forking import end_of, fork
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = int(os.environ.get("SENDING_ROUNDS", len(STEPS)))
LEASE = 2  # seconds
AT_ONCE = 4


def start(step=""):
    return fork(decide_and_send, LEASE, step)


def ask(ask_for_help, team):
    for _ in range(AT_ONCE):
        ask_for_help(LearnerFactory(team=team))
    QuestionRequest.objects.filter(state="waiting").update(due_at=timezone.now())


def test_each_learner_is_asked_once_whenever_the_worker_is_killed(team, ask_for_help, smtp_server):
    for number in range(ROUNDS):
        ask(ask_for_help, team)
        assert end_of(start(STEPS[number % len(STEPS)]), PATIENCE) in {-9, 0}

    def send_the_rest():
        Dispatch.objects.filter(state__in=["held", "queued"]).update(next_try_at=timezone.now())
        end_of(start(), PATIENCE)
        waiting = QuestionRequest.objects.filter(state="waiting")
        # Of what a worker had in hand twice when it died nobody knows; a person decides, and it is not sent by itself.
        return not (waiting.exists() or Dispatch.objects.exclude(state__in=["accepted", "failed"]).exists())

    wait_until(send_the_rest, PATIENCE + ROUNDS, f"{list(QuestionRequest.objects.values())} were not decided")
    tickets = Ticket.objects.count()
    assert tickets == ROUNDS * AT_ONCE
    assert QuestionRequest.objects.filter(state="sent", attempts=0).count() == tickets
    for rows in (
        Message.objects.filter(kind="automatic").values_list("ticket", flat=True),
        Dispatch.objects.values_list("message__ticket", flat=True),
        TicketEvent.objects.filter(kind="first_reply_sent").values_list("ticket", flat=True),
    ):
        assert Counter(rows) == Counter(Ticket.objects.values_list("pk", flat=True))
    taken = Counter(smtp_server.ids())
    assert set(taken) <= set(Dispatch.objects.values_list("email_message_id", flat=True))
    for dispatch in Dispatch.objects.all():
        # A repeat bears the same Message-ID, and there is at most one.
        assert taken[dispatch.email_message_id] in ({1, 2} if dispatch.state == "accepted" else {0, 1, 2})
        assert dispatch.repeats <= 1
    assert Counter(smtp_server.recipients()).keys() <= set(Dispatch.objects.values_list("recipient", flat=True))


def test_two_workers_share_the_work(team, ask_for_help, smtp_server):
    for _ in range(5):
        ask(ask_for_help, team)
    workers = [start() for _ in range(2)]
    assert [end_of(worker, PATIENCE) for worker in workers] == [0, 0]
    assert sorted(smtp_server.recipients()) == sorted(Dispatch.objects.values_list("recipient", flat=True))
    assert len(smtp_server.taken) == QuestionRequest.objects.filter(state="sent").count() == 20
