"""A backup under load, the loss of the database, the way back; and what keeps a restore from doing harm."""

import json
import os
import shutil
import subprocess
import threading
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
from django.conf import settings

from helpdesk.operations.backups import database as databases
from helpdesk.operations.backups.errors import BackupError
from tests.conftest import serving
from tests.databases import MANAGE
from tests.operations.own_postgres import OwnPostgres
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help
from webhooks.signature import sign

pytestmark = pytest.mark.slow
KEY = "a key of a backup, 0123456789"
EVENTS = "SELECT event_id FROM webhooks_delivery"
NUMBERS = "SELECT number FROM tickets_ticket ORDER BY number"
CONTENT = b"What a learner sent"


class House:
    """An installation with its own database server and folders."""

    def __init__(self, place):
        self.backups, self.var = place / "backups", place / "var"
        self.file = self.var / "attachments/2026/11/abcdef"
        self.file.parent.mkdir(parents=True)
        self.file.write_bytes(CONTENT)
        (self.var / "static").symlink_to(settings.STATIC_ROOT)
        self.postgres = OwnPostgres(BACKUP_DIR=str(self.backups), BACKUP_KEY=KEY, VAR_DIR=str(self.var))
        self.environment = dict(self.postgres.environment)
        self.manage("create_team", "Escola", "--owner-email", "ana@escola.example")
        source = json.loads(self.manage("create_source", "--team", "escola", "--name", "Nutror"))
        self.path, self.key = source["path"], source["keys"][0]

    def run(self, *arguments, **variables):
        """A command of manage.py, and how it ended."""
        environment = os.environ | self.environment | variables
        return subprocess.run([*MANAGE, *arguments], env=environment, text=True, capture_output=True, check=False)

    def manage(self, *arguments):
        """What a command prints that must go well."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refusal(self, *arguments, **variables):
        """What a command says that is refused, and nothing more."""
        done = self.run(*arguments, **variables)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    def column(self, query):
        """The first column of what is read."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return [row[0] for row in connection.execute(query)]

    def use_new_database(self, name):
        """Another, empty one, as after the loss of the first."""
        with self.postgres.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        self.environment["DATABASE_URL"] = urlunsplit(urlsplit(self.postgres.address)._replace(path=f"/{name}"))

    def send(self, server, number):
        """An event of another learner each; what was answered."""
        learner = {**learner_help()["data"]["learner"], "email": f"aluno{number}@escola.example", "id": f"{number}"}
        body = json.dumps(learner_help(id=f"event-{number}", learner=learner)).encode()
        return httpx.post(server + self.path, content=body, headers={"x-signature": sign(body, self.key)}, timeout=30)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.postgres.remove()


class Load:
    """Events that are sent one after the other, until told to stop."""

    def __init__(self, house, server, first):
        self.acknowledged: list[str] = []
        self._house, self._server, self._first = house, server, first
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def _send(self):
        number = self._first
        while not self._stop.is_set():
            if self._house.send(self._server, number).json()["status"] == "stored":
                self.acknowledged.append(f"event-{number}")
            number += 1

    def goes_on(self, more):
        """Wait until so many more are acknowledged."""
        wanted = len(self.acknowledged) + more
        wait_until(lambda: len(self.acknowledged) >= wanted, 60, "nothing is acknowledged")


def test_the_drill(house):
    with serving(**house.environment) as server:
        for number in range(5):
            assert house.send(server, number).json()["status"] == "stored"
        house.manage("worker", "--until-done")
        with Load(house, server, 100) as load:
            load.goes_on(10)
            before = {f"event-{number}" for number in range(5)} | set(load.acknowledged)
            said = house.manage("backup")
            load.goes_on(3)
    numbers = house.column(NUMBERS)
    assert numbers == [1, 2, 3, 4, 5]
    assert "Restored and compared" in said
    assert "encrypted" in said
    (backup,) = house.backups.glob("*.backup")
    assert backup.stat().st_mode & 0o077 == 0
    assert not [path.name for path in house.backups.iterdir() if path.suffix != ".backup" and path.name != ".lock"]

    with psycopg.connect(house.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
    shutil.rmtree(house.var / "attachments")
    house.use_new_database("second")
    assert "Restored and compared" in house.manage("restore", str(backup))

    assert before <= set(house.column(EVENTS))
    assert house.file.read_bytes() == CONTENT
    waiting = house.column("SELECT count(*) FROM webhooks_delivery WHERE outcome = 'waiting'")[0]
    assert waiting >= 10
    with serving(worker=True, **house.environment) as server:
        assert house.send(server, 100).json()["status"] == "duplicate"
        assert house.send(server, 5000).json()["status"] == "stored"
        wait_until(lambda: len(house.column(NUMBERS)) == 5 + waiting + 1, 60, "not all became tickets")
    after = house.column(NUMBERS)
    assert after[:5] == numbers
    assert len(set(after)) == len(after)


def test_a_restore_does_no_harm(house):
    """In an order, since each begins with what the one before left."""
    if "second" in house.environment["DATABASE_URL"]:
        house.use_new_database("third")
        house.manage("migrate", "--verbosity", "0")
    house.manage("backup", "--to", str(house.backups / "more"), "--no-verify")
    (backup,) = (house.backups / "more").glob("*.backup")
    with psycopg.connect(house.environment["DATABASE_URL"], autocommit=True) as connection:
        refused = house.refusal("restore", str(backup), "--replace")
        assert "use the database (1 connections)" in refused
        connection.execute("CREATE TABLE left_over ()")
    assert "not empty. With --replace" in house.refusal("restore", str(backup))
    assert house.column("SELECT count(*) FROM left_over") == [0]
    assert "Restored and compared" in house.manage("restore", str(backup), "--replace")
    with pytest.raises(psycopg.errors.UndefinedTable):
        house.column("SELECT count(*) FROM left_over")
    house.manage("migrate", "--check")


def test_one_that_does_not_give_back_what_it_took_is_found(house):
    with psycopg.connect(house.environment["DATABASE_URL"]) as session:
        facts = databases.facts_of(session)
    address = databases.Database(house.environment["DATABASE_URL"], "")
    databases.compare(address, facts)
    table = next(iter(facts))
    for wrong in ({table: [facts[table][0], "1"]}, {"gone": [0, "0"]}):
        with pytest.raises(BackupError, match="is not what was backed up"):
            databases.compare(address, facts | wrong)


def test_what_a_backup_lacks_is_said(house, tmp_path):
    there = str(tmp_path / "there")
    assert "pg_dump is not there" in house.refusal("backup", "--to", there, PG_BIN_DIR=str(tmp_path))
    assert "The key is too short" in house.refusal("backup", "--to", there, BACKUP_KEY="short")
    assert "cannot be written" in house.refusal("backup", "--to", "/proc/nothing")
    assert "The database cannot be used" in house.refusal(
        "backup", "--to", there, DATABASE_URL="postgres://u@127.0.0.1:1/x"
    )
    assert not list((tmp_path / "there").glob("*")) or [path.name for path in (tmp_path / "there").iterdir()] == [
        ".lock"
    ]


def test_old_ones_go_and_others_stay(house, tmp_path):
    for name in ("helpdesk-20200101T000000Z.backup", "helpdesk-20200101T120000Z.backup", "letter.txt"):
        (tmp_path / name).touch()
    said = house.manage("backup", "--to", str(tmp_path), "--no-verify", "--days", "2")
    assert "Deleted helpdesk-20200101T000000Z.backup" in said
    assert (tmp_path / "helpdesk-20200101T120000Z.backup").exists()
    assert (tmp_path / "letter.txt").exists()
