"""A provider of e-mail that asks to be left alone, over real HTTP."""

import json
import time

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.http import http_date
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.operations.retries import EMAIL_RETRY
from tests.conversations.sending.smtp.steps import time_passes
from tests.factories import LearnerFactory, open_ticket
from tests.integrations.receiver import receiving

pytestmark = pytest.mark.django_db
ASKED = [
    (429, lambda: "120", 120),
    (503, lambda: "3600", 3600),
    (503, lambda: http_date(time.time() + 600), 600),
    (429, lambda: "9" * 5000, 86_400),
    (429, lambda: http_date(time.time() + 10**6), 86_400),
]
SENSELESS = [(429, "soon"), (429, "-5"), (503, "²"), (503, "Wed, 21 Oct 2015 07:28:00 GMT"), (500, "900"), (401, "900")]


@pytest.fixture(autouse=True)
def postmark(settings):
    with receiving() as server:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "secret", "POSTMARK_API_URL": server.url}
        yield server


@pytest.fixture
def two(team, actor):
    """Two replies that are due."""
    for _ in range(2):
        reply(open_ticket(team, learner=LearnerFactory(team=team)), actor, "Olá!")
    time_passes(seconds=11)
    return Dispatch.objects.order_by("next_try_at", "pk")


def wait_of(dispatch):
    return (dispatch.next_try_at - timezone.now()).total_seconds()


def refuse(provider, status, asked):
    provider.status, provider.headers = status, {"Retry-After": asked}


@pytest.mark.parametrize(("status", "asked", "seconds"), ASKED)
def test_it_is_left_alone_for_the_requested_time(two, postmark, status, asked, seconds):
    refuse(postmark, status, asked())
    dispatcher.send_due()
    assert len(postmark.got) == 1
    other, tried = Dispatch.objects.order_by("attempts")
    assert (tried.state, tried.attempts, other.attempts) == ("queued", 1, 0)
    assert seconds - 5 < wait_of(tried) <= seconds
    scheduled = ProcrastinateJob.objects.filter(task_name="conversations.send_due").latest("scheduled_at").scheduled_at
    assert seconds - 5 < (scheduled - timezone.now()).total_seconds() <= seconds


def test_all_emails_are_sent_afterwards(two, postmark):
    refuse(postmark, 429, "600")
    dispatcher.send_due()
    postmark.status, postmark.headers = 200, {}
    postmark.answer = json.dumps({"ErrorCode": 0, "Message": "OK", "MessageID": "one"}).encode()
    time_passes(seconds=590)
    dispatcher.send_due()
    assert sorted(Dispatch.objects.values_list("state", flat=True)) == ["accepted", "queued"]
    time_passes(seconds=11)
    dispatcher.send_due()
    assert sorted(Dispatch.objects.values_list("state", flat=True)) == ["accepted", "accepted"]


def test_a_shorter_time_than_our_own_interval_is_ignored(two, postmark):
    refuse(postmark, 429, "2")
    dispatcher.send_due()
    assert 55 < wait_of(Dispatch.objects.get(attempts=1)) < 70


@pytest.mark.parametrize(("status", "asked"), SENSELESS)
def test_an_invalid_value_changes_nothing(two, postmark, status, asked):
    refuse(postmark, status, asked.encode().decode("latin-1"))
    dispatcher.send_due()
    assert len(postmark.got) == 2
    assert all(55 < wait_of(dispatch) < 70 for dispatch in Dispatch.objects.all())


def test_a_provider_that_defers_forever_is_given_up(two, postmark):
    refuse(postmark, 429, "60")
    for _ in range(30):
        dispatcher.send_due()
        time_passes(days=1)
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"failed"}
    assert len(postmark.got) == 20


def decision(attempts=0):
    """When a job is tried again that sends an e-mail to the team."""
    with pytest.raises(OSError, match=r"429|503|500|401") as raised:
        EmailMessage("Assunto", "Texto", to=["ana@example.com"]).send()
    job = Job(id=1, queue="notifications", lock=None, queueing_lock=None, task_name="x", attempts=attempts)
    return EMAIL_RETRY.get_retry_decision(exception=raised.value, job=job)


@pytest.mark.parametrize(("status", "asked", "seconds"), ASKED)
def test_emails_to_the_team_wait_as_long(postmark, status, asked, seconds):
    refuse(postmark, status, asked())
    assert seconds - 5 < (decision().retry_at - timezone.now()).total_seconds() <= seconds
    assert decision(attempts=6) is None


@pytest.mark.parametrize(("status", "asked"), [*SENSELESS, (429, "1")])
def test_emails_to_the_team_ignore_an_invalid_value(postmark, status, asked):
    refuse(postmark, status, asked.encode().decode("latin-1"))
    assert 0 < (decision().retry_at - timezone.now()).total_seconds() <= 5
