"""kill -9 before and after each step of sending: nothing is lost, and nothing is sent under a second Message-ID.

`SENDING_ROUNDS=200` for many rounds; in the suite there is one for each step.
"""

import os
from collections import Counter

import pytest
from django.db.models import F
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets.models import TicketEvent
from tests.conversations.sending.process import PATIENCE, STEPS, send
from tests.factories import CourseFactory, LearnerFactory, open_ticket
from tests.forking import end_of, fork
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("SENDING_ROUNDS", len(STEPS)))
LEASE = 2  # seconds
AT_ONCE = 4


def start(step=""):
    return fork(send, LEASE, step)


def test_nothing_is_lost_or_duplicated_whenever_the_worker_is_killed(team, actor, smtp_server):
    course = CourseFactory(team=team)
    tickets = [open_ticket(team, learner=LearnerFactory(team=team), course=course) for _ in range(AT_ONCE)]
    for number in range(ROUNDS):
        for ticket in tickets:
            reply(ticket, actor, f"Rodada {number}")
        Dispatch.objects.filter(state="held").update(next_try_at=timezone.now())
        assert end_of(start(STEPS[number % len(STEPS)]), PATIENCE) in {-9, 0}
    asked: set[int] = set()
    unsettled = Dispatch.objects.exclude(state="accepted")

    def send_the_rest():
        # The leases of the dead run out. Of what a worker had in hand twice when it died, nobody knows whether it left:
        # a person is told, and sends it again.
        for unknown in Dispatch.objects.filter(state="failed"):
            assert "didn’t say whether it accepted it" in unknown.reason
            asked.add(unknown.pk)
            retry_message(unknown.message, actor)
        Dispatch.objects.filter(state__in=["held", "queued"]).update(next_try_at=timezone.now())
        end_of(start(), PATIENCE)
        return not unsettled.exists()

    wait_until(send_the_rest, PATIENCE + ROUNDS, f"{list(unsettled.values())} did not leave")
    times = Counter(smtp_server.ids())
    assert set(times) == set(Dispatch.objects.values_list("email_message_id", flat=True))
    assert len(times) == ROUNDS * AT_ONCE
    for dispatch in Dispatch.objects.all():
        # Once more only where the worker died between DATA and its note that it was taken.
        most = 1 + dispatch.repeats + (2 if dispatch.pk in asked else 0)
        assert times[dispatch.email_message_id] <= most
        assert dispatch.repeats <= 1
    assert sum(times.values()) - len(times) <= ROUNDS
    sent = TicketEvent.objects.filter(kind="message_sent").values_list("facts__message", flat=True)
    assert sorted(sent) == sorted(Dispatch.objects.values_list("message", flat=True))


def test_two_workers_share_the_work(team, actor, smtp_server):
    course = CourseFactory(team=team)
    for _ in range(40):
        reply(open_ticket(team, learner=LearnerFactory(team=team), course=course), actor, "Olá!")
    Dispatch.objects.update(next_try_at=F("created_at"))
    workers = [start() for _ in range(2)]
    assert [end_of(worker, PATIENCE) for worker in workers] == [0, 0]
    assert len(smtp_server.taken) == 40
    assert set(Dispatch.objects.values_list("state", "attempts")) == {("accepted", 1)}
