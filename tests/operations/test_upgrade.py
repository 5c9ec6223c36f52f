"""An upgrade during work: the old version serves while the tables are migrated, then both versions on one database.

Each version continues with what the other has accepted, shown or changed, as behind a load balancer during a deploy.
"""

import json
import os
import threading
from contextlib import ExitStack
from html.parser import HTMLParser
from itertools import count

import httpx
import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.databases import address_of, migrated_template
from tests.factories import KEY
from tests.operations.version_before import CODE, Version, check_out, commit_before, take_tables_back
from tests.servers import serving
from tests.teams.accounts import PASSWORD
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help
from webhooks.signature import sign

pytestmark = pytest.mark.slow
EMAIL = "ana@escola.example"
API_TICKET = "/api/v1/tickets/1"
MAKE_A_SCHOOL = f"""
import json
from helpdesk.api.actions import create_token
from helpdesk.teams.actions import create_team
from webhooks.actions import create_source
team = create_team("Escola", {EMAIL!r}, {PASSWORD!r})
source, _key = create_source(team, "Nutror", {KEY!r})
print(json.dumps([team.slug, source.intake_path, create_token(team, "Planilha")[1]]))
"""


class Forms(HTMLParser):
    """The forms of a page: the fields that each submits, by its target."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.fields = self.found.setdefault(given.get("action", "").split("?")[0], {})
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")


class School:
    """A school, its owner's browser and its program; each asks whichever server it is told to."""

    def __init__(self, slug: str, intake_path: str, token: str) -> None:
        self.inbox, self._intake, self._sent = f"/t/{slug}/", intake_path, count(1)
        self._api = {"authorization": f"Bearer {token}"}
        self._browser = httpx.Client(follow_redirects=True, timeout=30, headers={"accept-language": "en"})

    def log_in(self, server: str) -> None:
        form = Forms(self.open(server, "/accounts/login/")).found["/accounts/login/"]
        self._post(server, "/accounts/login/", form | {"login": EMAIL, "password": PASSWORD})

    def open(self, server: str, path: str) -> str:
        answer = self._browser.get(server + path)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.url.path == path  # logged in, and not led away
        return answer.text

    def _post(self, server: str, path: str, fields: dict[str, str]) -> str:
        answer = self._browser.post(server + path, data=fields)
        assert answer.status_code == 200, (path, answer.text)
        return answer.text

    def write(self, opened_at: str, sent_to: str, path: str, **fields: str) -> str:
        """Fill in a form of the ticket's page, which one server shows and another may be sent."""
        form = Forms(self.open(opened_at, self.ticket)).found[self.ticket + path]
        return self._post(sent_to, self.ticket + path, form | fields)

    @property
    def ticket(self) -> str:
        return f"{self.inbox}tickets/1/"

    def send_event(self, server: str) -> None:
        """Another learner asks for help."""
        number = next(self._sent)
        learner = {**learner_help()["data"]["learner"], "email": f"aluno{number}@escola.example", "id": f"{number}"}
        body = json.dumps(learner_help(id=f"event-{number}", learner=learner)).encode()
        answer = httpx.post(server + self._intake, content=body, headers={"x-signature": sign(body, KEY)}, timeout=30)
        assert (answer.status_code, answer.json()["status"]) == (200, "stored")

    def set_priority(self, server: str, priority: str) -> None:
        answer = httpx.patch(server + API_TICKET, headers=self._api, json={"priority": priority}, timeout=30)
        assert answer.status_code == 200, answer.text

    def priority(self, server: str) -> str:
        return str(httpx.get(server + API_TICKET, headers=self._api, timeout=30).json()["priority"])


class Busy:
    """Requests events and pages, one after the other, until the block ends; then reports what went wrong."""

    def __init__(self, school: School, server: str) -> None:
        self.turns, self._school, self._server = 0, school, server
        self._stop = threading.Event()
        self._errors: list[Exception] = []
        self._thread = threading.Thread(target=self._work)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *ended):
        self._stop.set()
        self._thread.join()
        for error in self._errors:
            raise error

    def goes_on(self, what: str) -> None:
        """Wait until it has been served some more times; fail with `what` otherwise."""
        wanted = self.turns + 3
        wait_until(lambda: self._errors or self.turns > wanted, 60, what)

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                self._school.send_event(self._server)
                self._school.open(self._server, self._school.inbox)
                self.turns += 1
        except Exception as error:
            self._errors.append(error)


@pytest.fixture
def versions(tmp_path):
    """The version before, with its tables, and this one, which are to share a database and a folder of files."""
    commit, name = commit_before(), f"upgrade_{os.getpid()}"
    check_out(commit, tmp_path / "before")
    shared = os.environ | {"DATABASE_URL": address_of(name), "VAR_DIR": str(tmp_path / "var"), "WEB_WORKERS": "1"}
    before = Version(tmp_path / "before", **shared | {"STATIC_ROOT": str(tmp_path / "static")})
    this = Version(CODE, **shared | {"STATIC_ROOT": str(settings.STATIC_ROOT)})
    database = sql.Identifier(name)
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(migrated_template())))
        try:
            take_tables_back(before.code, this.environment)
            before.manage("setup", "--without-database")
            yield before, this
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def scalar(version: Version, query: str) -> int:
    with psycopg.connect(version.environment["DATABASE_URL"]) as connection:
        row = connection.execute(query).fetchone()
        return int(row[0]) if row else 0


TICKETS = "SELECT count(*) FROM tickets_ticket"
WAITING = "SELECT count(*) FROM webhooks_delivery WHERE outcome = 'waiting'"


def test_old_and_new_code_work_side_by_side(versions, tmp_path):
    before, this = versions
    school = School(*json.loads(before.manage("shell", "-v", "0", "-c", MAKE_A_SCHOOL)))
    with ExitStack() as stack, (tmp_path / "log").open("w+") as log:
        old = stack.enter_context(serving(worker=True, log=log, code=before.code, **before.environment))
        school.log_in(old)
        with Busy(school, old) as busy:
            busy.goes_on("the version before does not work by itself")
            this.manage("migrate", "-v", "0")
            busy.goes_on("the version before does not go on")
        wait_until(lambda: not scalar(this, WAITING), 60, "the worker of before does not go on")
        stack.close()  # from here on a worker is run where the test says which

        old = stack.enter_context(serving(log=log, code=before.code, **before.environment))
        new = stack.enter_context(serving(log=log, **this.environment))
        for server, worker in ((old, this), (new, before)):
            tickets = scalar(this, TICKETS)
            school.send_event(server)
            worker.work()
            assert scalar(this, TICKETS) == tickets + 1
            assert not scalar(this, WAITING)
        for number, (opened_at, sent_to, read_at) in enumerate(
            [(old, new, old), (new, old, new), (old, old, new), (new, new, old)]
        ):
            assert "aluno1@" in school.open(read_at, school.ticket)
            school.write(opened_at, sent_to, "notes/", body=f"Nota número {number}")
            assert f"Nota número {number}" in school.open(read_at, school.ticket)
            school.write(opened_at, sent_to, "replies/", body=f"Resposta número {number}", then="pending")
            assert f"Resposta número {number}" in school.open(read_at, school.ticket)
            priority = ["high", "low"][number % 2]
            school.set_priority(sent_to, priority)
            assert school.priority(read_at) == priority
        before.work()
        this.work()
        log.seek(0)
        assert "Traceback" not in log.read()
    assert scalar(this, "SELECT count(*) = max(number) AND count(*) = count(DISTINCT learner_id) FROM tickets_ticket")
    assert not scalar(this, "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('failed', 'doing')")
