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
from tests.conftest import database_address, serving
from tests.databases import address_of
from tests.factories import KEY, source_of
from tests.operations.backups.conftest import rows
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help, process
from webhooks.signature import sign

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NUMBERS = "SELECT number FROM tickets_ticket ORDER BY number"
WAITING = "SELECT count(*) FROM webhooks_delivery WHERE outcome = 'waiting'"


def send(server, source, number):
    """An event of another learner each; what was answered."""
    learner = {**learner_help()["data"]["learner"], "email": f"aluno{number}@escola.example", "id": f"{number}"}
    body = json.dumps(learner_help(id=f"event-{number}", learner=learner)).encode()
    answer = httpx.post(server + source.intake_path, content=body, headers={"x-signature": sign(body, KEY)}, timeout=30)
    return answer.json()["status"]


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


def test_the_drill(house, monkeypatch):
    source = source_of()
    file = house / "var/attachments/2026/11/abcdef"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"What a learner sent")
    environment: dict[str, Any] = {"VAR_DIR": str(house / "var"), "STATIC_ROOT": str(project_settings.STATIC_ROOT)}
    with serving(DATABASE_URL=database_address(), **environment) as server:
        for number in range(5):
            assert send(server, source, number) == "stored"
        process()
        with Load(server, source) as load:
            load.goes_on(10)
            before = {f"event-{number}" for number in range(5)} | set(load.acknowledged)
            call_command("backup")
            load.goes_on(3)
    (backup,) = (house / "backups").glob("*.backup")
    file.unlink()

    with temporary_database(database.configured()) as second:
        monkeypatch.setattr(database, "configured", lambda: second)
        call_command("restore", backup)
        assert before <= {event for (event,) in rows(second, "SELECT event_id FROM webhooks_delivery")}
        assert file.read_bytes() == b"What a learner sent"
        numbers = rows(second, NUMBERS)
        assert numbers == [(1,), (2,), (3,), (4,), (5,)]
        ((waiting,),) = rows(second, WAITING)
        assert waiting >= 10
        address = address_of(str(conninfo_to_dict(second.address)["dbname"]))
        with serving(worker=True, DATABASE_URL=address, **environment) as server:
            assert send(server, source, 100) == "duplicate"
            assert send(server, source, 5000) == "stored"
            wait_until(lambda: len(rows(second, NUMBERS)) == 5 + waiting + 1, 60, "not all became tickets")
        after = rows(second, NUMBERS)
        assert after[:5] == numbers
        assert len(set(after)) == len(after)
