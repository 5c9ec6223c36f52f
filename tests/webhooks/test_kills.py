"""Web process, worker, database connections and PostgreSQL killed in turn, while events come in and are processed."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx
import psutil
import pytest
from django.utils import timezone

from helpdesk.demo.simulation import invent_event
from tests.factories import KEY
from tests.operations.own_postgres import OwnPostgres
from tests.servers import serving
from webhooks.signature import sign

EVENTS = 3000
SENDERS = 8
BACK_WITHIN = 5  # seconds
ROUNDS = 2
LEARNERS = "SELECT count(*), count(DISTINCT learner_id) FROM tickets_ticket"
OUTCOMES = "SELECT outcome, count(*), count(DISTINCT ticket_id) FROM webhooks_delivery GROUP BY outcome"


@pytest.fixture(scope="module")
def server_postgres():
    postgres = OwnPostgres(WEB_WORKERS="2", LOG_LEVEL="CRITICAL")
    yield postgres
    postgres.remove()


class Sender:
    """Sends each event as Eduzz does: again, until it is answered with a 2xx."""

    def __init__(self, address: str) -> None:
        self.address, self.acknowledged, self.longest_gap = address, 0, 0.0
        self._client = httpx.Client(timeout=10)
        self._last, self._lock = time.monotonic(), threading.Lock()

    def send(self, body: bytes) -> None:
        """Send until it is accepted."""
        while True:
            try:
                answer = self._client.post(self.address, content=body, headers={"x-signature": sign(body, KEY)})
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.is_success:
                self._note()
                return
            assert answer.status_code == 503, answer.text
            time.sleep(0.05)

    def _note(self) -> None:
        with self._lock:
            now = time.monotonic()
            self.longest_gap, self._last = max(self.longest_gap, now - self._last), now
            self.acknowledged += 1


def killers(postgres, parent):
    """What happens in turn: each is killed with no chance to clean up."""
    worker = postgres.worker()
    web = [child for child in parent.children(recursive=True) if child.pid != worker.pid and not child.children()]
    return {
        "web": web[0].kill,
        "worker": worker.kill,
        "connections": postgres.end_connections,
        "PostgreSQL": postgres.crash,
    }


def wait_until_processed(postgres, seconds):
    """For as long as it goes on: so many without a step are too many, however busy the machine is."""
    outcomes, deadline = None, 0.0
    while True:
        before = outcomes
        with postgres.connect() as connection:
            outcomes = connection.execute(OUTCOMES).fetchall()
        if [outcome for outcome, *_counts in outcomes] == ["processed"]:
            return outcomes
        if outcomes != before:
            deadline = time.monotonic() + seconds
        assert time.monotonic() < deadline, outcomes
        time.sleep(0.2)


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_or_duplicated(server_postgres):
    server_postgres.manage("create_team", "Escola", "--owner-email", "ana@example.com")
    source = json.loads(server_postgres.manage("create_source", "--team", "escola", "--name", "Nutror", "--key", KEY))
    random, now = Random("kills"), timezone.now()
    bodies = [json.dumps(invent_event(random, "nutror.learner_help", now)).encode() for _ in range(EVENTS)]
    learners = len({json.loads(body)["data"]["learner"]["email"] for body in bodies})
    with serving(worker=True, **server_postgres.environment) as address, ThreadPoolExecutor(SENDERS) as pool:
        parent = next(child for child in psutil.Process().children() if "serve" in child.cmdline())
        sender = Sender(address + source["path"])
        sent = [pool.submit(sender.send, body) for body in bodies]
        for share in range(ROUNDS * 4):
            while sender.acknowledged < EVENTS * (share + 1) / (ROUNDS * 4 + 1):
                time.sleep(0.02)
            what = ["web", "worker", "connections", "PostgreSQL"][share % 4]
            killers(server_postgres, parent)[what]()
        for one in sent:
            one.result()
        assert sender.longest_gap < BACK_WITHIN
        ((_outcome, deliveries, tickets),) = wait_until_processed(server_postgres, 60)
    with server_postgres.connect() as connection:
        assert (deliveries, tickets) == (EVENTS, EVENTS)
        assert connection.execute(LEARNERS).fetchone() == (EVENTS, learners)
