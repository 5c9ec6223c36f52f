"""A backup under load, the loss of everything, the way back: nothing that was acknowledged is lost or comes twice."""

import json
import threading
from typing import Any

import httpx
import pytest
from django.conf import settings as project_settings
from django.core.management import call_command
from psycopg.conninfo import conninfo_to_dict

from helpdesk.operations.backups import database
from helpdesk.operations.backups.temporary_database import temporary_database
from tests.databases import address_of
from tests.factories import KEY, source_of
from tests.operations.backups.databases import models_of, rows
from tests.servers import database_address, serving
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help, process
from webhooks.actions import add_key
from webhooks.models import Source
from webhooks.signature import sign

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NEW_KEY = "chave-girada-0002"  # which nobody has added yet
WAITING = "SELECT count(*) FROM webhooks_delivery WHERE outcome = 'waiting'"
QUARANTINED = "SELECT count(*) FROM webhooks_unverifieddelivery"
TICKETS = """
    SELECT number, email FROM tickets_ticket ticket JOIN courses_learner learner ON learner.id = ticket.learner_id
    WHERE ticket.team_id = {} ORDER BY number
"""


def send(server, source, number, key=KEY):
    """An event of another learner each; what was answered."""
    learner = {**learner_help()["data"]["learner"], "email": address_of_learner(number), "id": f"{number}"}
    body = json.dumps(learner_help(id=f"event-{number}", learner=learner)).encode()
    answer = httpx.post(server + source.intake_path, content=body, headers={"x-signature": sign(body, key)}, timeout=30)
    return answer.json()["status"]


def address_of_learner(number):
    return f"aluno{number}@escola.example"


def tickets(target, source):
    """The numbers of its team's tickets, each with whose it is."""
    return dict(rows(target, TICKETS.format(source.team_id)))


class Load:
    """Events that are sent one after the other, until told to stop."""

    def __init__(self, server, source):
        self.acknowledged: list[str] = []
        self._server, self._source = server, source
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def _send(self):
        number = 100
        while not self._stop.is_set():
            if send(self._server, self._source, number) == "stored":
                self.acknowledged.append(f"event-{number}")
            number += 1

    def goes_on(self, more):
        """Wait until so many more are acknowledged."""
        wanted = len(self.acknowledged) + more
        wait_until(lambda: len(self.acknowledged) >= wanted, 60, "nothing is acknowledged")


def test_nothing_acknowledged_is_lost_or_duplicated_in_a_restore_drill(house, monkeypatch):
    source, other = source_of(), source_of()
    file = house / "var/attachments/2026/11/abcdef"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"What a learner sent")
    environment: dict[str, Any] = {"VAR_DIR": str(house / "var"), "STATIC_ROOT": str(project_settings.STATIC_ROOT)}
    with serving(DATABASE_URL=database_address(), **environment) as server:
        for number in range(5):
            assert send(server, source, number) == "stored"
        assert send(server, other, 20) == "stored"
        process()
        for number in (90, 91):
            assert send(server, source, number, key=NEW_KEY) == "unverified"
        with Load(server, source) as load:
            load.goes_on(10)
            before = {f"event-{number}" for number in (*range(5), 20)} | set(load.acknowledged)
            call_command("backup")
            load.goes_on(3)
    (backup,) = (house / "backups").glob("*.backup")
    file.unlink()

    with temporary_database(database.configured()) as second:
        monkeypatch.setattr(database, "configured", lambda: second)
        call_command("restore", backup)
        assert before <= {event for (event,) in rows(second, "SELECT event_id FROM webhooks_delivery")}
        assert file.read_bytes() == b"What a learner sent"
        restored = tickets(second, source)
        assert list(restored) == [1, 2, 3, 4, 5]
        ((waiting,),) = rows(second, WAITING)
        assert waiting >= 10
        assert rows(second, QUARANTINED) == [(2,)]
        address = address_of(str(conninfo_to_dict(second.address)["dbname"]))
        with serving(worker=True, DATABASE_URL=address, **environment) as server:
            assert send(server, source, 100) == "duplicate"
            assert send(server, source, 5000) == "stored"
            assert send(server, other, 5001) == "stored"
            with models_of(second):
                add_key(Source.objects.get(pk=source.pk), NEW_KEY)
            assert send(server, source, 90, key=NEW_KEY) == "duplicate"
            expected = 5 + waiting + 1 + 2
            wait_until(lambda: len(tickets(second, source)) == expected, 60, "not all became tickets")
            wait_until(lambda: len(tickets(second, other)) == 2, 60, "the other team's did not become one")
        after = tickets(second, source)
        assert list(after) == list(range(1, expected + 1))
        assert {number: after[number] for number in restored} == restored
        assert {address_of_learner(number) for number in (90, 91, 5000)} < set(after.values())
        assert tickets(second, other) == {1: address_of_learner(20), 2: address_of_learner(5001)}
        assert rows(second, QUARANTINED) == [(0,)]
