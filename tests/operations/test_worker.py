"""The worker, as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.notifications import tasks
from helpdesk.operations.server import end_with_parent
from tests.factories import MembershipFactory, open_ticket
from tests.servers import database_address

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment(tmp_path):
    return os.environ | {
        "DATABASE_URL": database_address(),
        "EMAIL_URL": f"filemail:///{tmp_path}/emails",
        "PYTHONUNBUFFERED": "1",
    }


def start(environment, *options):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, preexec_fn=end_with_parent)


def enqueue_email():
    membership = MembershipFactory()
    tasks.send_digest.defer(membership_id=membership.pk, kind="assigned", ticket_ids=[open_ticket(membership.team).pk])


def emails(tmp_path):
    return [path.read_text() for path in Path(tmp_path / "emails").glob("*")]


def test_the_worker_sends_what_is_waiting_and_ends(environment, tmp_path):
    enqueue_email()
    assert start(environment, "--until-done").wait(timeout=30) == 0
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in emails(tmp_path)[0]
    assert not ProcrastinateJob.objects.filter(task_name="notifications.send_digest").exists()


def test_an_email_refused_by_the_mail_server_is_retried_later(environment, tmp_path):
    enqueue_email()
    begun_at = timezone.now()
    unreachable = environment | {"EMAIL_URL": "smtp://127.0.0.1:9"}
    assert start(unreachable, "--until-done").wait(timeout=30) == 0
    job = ProcrastinateJob.objects.get(task_name="notifications.send_digest")
    assert job.status == "todo"
    assert job.attempts >= 1  # more where the machine is so busy that its time has come before the worker ends
    assert job.scheduled_at > begun_at


def test_the_worker_picks_up_a_job_at_once_and_stops_on_request(environment, tmp_path):
    worker = start(environment)
    assert b"Working" in worker.stdout.readline()
    enqueue_email()
    deadline = time.monotonic() + 60
    while not emails(tmp_path):
        assert time.monotonic() < deadline, "no e-mail came"
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
