"""The demo: it fills a team through the real intake, continues with its data, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import time

import httpx
import pytest
from django.conf import settings

from helpdesk.conversations.models import CannedReply, InboundEmail
from helpdesk.operations.server import end_with_parent, is_port_free
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket
from tests.servers import database_address, free_port
from tests.waiting import wait_until
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)
READY = "Ctrl-C stops everything"


@pytest.fixture
def demo(tmp_path):
    """Start the demo, and give it back when it is ready with what it said."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "PORT": str(port),
        "BASE_URL": "",
        "VAR_DIR": str(tmp_path),
        "WEB_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    (tmp_path / "static").symlink_to(settings.STATIC_ROOT)
    started: list[subprocess.Popen[bytes]] = []

    def start():
        log = tmp_path / f"log-{len(started)}"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo"],
                env=environment,
                stdout=output,
                stderr=output,
                preexec_fn=end_with_parent,
            )
        started.append(process)
        deadline = time.monotonic() + 240
        while READY not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        return process, log.read_text(), port

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait()


def wait_until_free(port):
    wait_until(lambda: is_port_free("127.0.0.1", port), 15, "something still listens")


@pytest.mark.slow
def test_the_demo_fills_a_team_survives_a_kill_and_continues(demo):
    process, said, port = demo()
    assert Team.objects.get().memberships.count() == 3
    tickets = Ticket.objects.count()
    assert tickets > 48
    assert Ticket.objects.filter(request_count__gt=1).exists()
    assert Ticket.objects.exclude(assignee=None).exists()
    assert CannedReply.objects.count() == 3
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"processed"}
    assert httpx.get(f"http://127.0.0.1:{port}/healthz").is_success

    curl = next(line.strip() for line in said.splitlines() if line.strip().startswith("curl"))
    assert curl.endswith(f"http://127.0.0.1:{port}{Team.objects.get().sources.get().intake_path}")

    learners_wrote = InboundEmail.objects.filter(state="filed", message__trust="token")
    # Some seconds, and minutes on a busy machine: each letter goes through a mail server, a worker and back.
    wait_until(learners_wrote.exists, 240, "no learner answers")
    wait_until(InboundEmail.objects.filter(state="held").exists, 240, "no stranger writes")

    process.kill()
    process.wait()
    wait_until_free(port)

    process, said, port = demo()
    assert "already exists" in said
    assert Ticket.objects.count() == tickets

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    wait_until_free(port)
