"""Neither a log nor an error report identifies anyone or grants access."""

import json
import logging
import os
import time

import httpx
import pytest
import sentry_sdk
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from procrastinate.contrib.django import app
from sentry_sdk.transport import Transport

from helpdesk.operations import error_reports
from helpdesk.operations.log_redaction import redact
from helpdesk.operations.logs import JsonFormatter, LineFormatter
from tests.factories import KEY, source_of
from tests.servers import database_address, serving
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help
from webhooks.models import Delivery
from webhooks.signature import sign

TOKEN = "hdt_9fK2mQ7xR4vB8nL1cT6yW3zE5uA0sD"
SIGNED = "MTI:1tAbCd:9fK2mQ7xR4vB8nL1cT6yW3zE5uA0sDqq"
UUID = "0191a2b3-c4d5-4e6f-8a9b-0c1d2e3f4a5b"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("refused: {'maria@escola.example': (550, b'no')}", "refused: {'…@…': (550, b'no')}"),
        ("<Maria.Silva+1@escola.com.br>", "<…@…>"),
        ("Not Found: /t/escola/tickets/12/", "Not Found: /t/escola/tickets/12/"),
        (f"Not Found: /ajuda/{SIGNED}/", "Not Found: /ajuda/MTI:1tAbCd:9fK2…/"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer …"),
        (f"token={TOKEN}", "token=hdt_…"),
        ("learner_help " + UUID, "learner_help " + UUID),
        ("postgres://helpdesk:s3cret@db:5432/helpdesk", "postgres://helpdesk:…@…:5432/helpdesk"),
        ("CPF 123.456.789-09, tel. +55 (11) 91234-5678", "CPF …, tel. …"),
        ("postgres://u:pa/ss@w0rd@db/helpdesk", "postgres://u:…@…/helpdesk"),
        ("host=db password=s3cret user=helpdesk", "host=db password=… user=helpdesk"),
        ("DB_PASSWORD='two words' PGPASSWORD=x", "DB_PASSWORD=… PGPASSWORD=…"),
        ("    {'password': 'two words', 'a': 1}", "    {'password': …, 'a': 1}"),
        ('invalid input syntax for type integer: "Maria"', "invalid input syntax for type integer: …"),
        ('a: "Maria\nda Silva"\nLINE 1: SELECT', "a: …\nLINE 1: …"),
        (
            'sintaxe de entrada é inválida para tipo integer: "Maria"',
            "sintaxe de entrada é inválida para tipo integer: …",
        ),
        ("it failed\nLINE 1: SELECT 1 WHERE name = 'Maria' AND\n        ^", "it failed\nLINE 1: …\n        ^"),
        ("DETALHE:  Chave (nome)=(Maria) já existe.", "DETALHE: …"),
        ('null value in column "name" of relation "a"', 'null value in column "name" of relation "a"'),
        ("tickets.actions.open_ticket_of_a_long_name", "tickets.actions.open_ticket_of_a_long_name"),
        ("DETAIL:  (Maria\n\nda Silva).\n\nThe above exception was", "DETAIL: …\n\nThe above exception was"),
    ],
)
def test_personal_data_and_secrets_are_redacted(text, wanted):
    assert redact(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("a1-" * 10**5, "a://" * 10**5, "a://b:" * 10**5, "+1 " * 10**5, "DETAIL: " * 10**5, "LINE 1" * 10**5),
        *("password=" * 10**5, "secret=" + "'" * 10**5, "a" * 10**6),
        *('a: "' * 10**5, 'a: "\n' * 10**5, 'a: "x\n' * 10**5),
    ],
    ids=lambda text: text[:8],
)
def test_redaction_is_fast_whatever_is_logged(text):
    started = time.process_time()  # of this process alone, however busy the machine is
    redact(text)
    assert time.process_time() - started < 5


@pytest.mark.django_db
def test_a_row_quoted_by_the_database_is_not_logged(team):
    planted = ["planted@x.example", "Maria Planted"]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO courses_learner (team_id, email, name) VALUES (NULL, %s, %s)", planted)
    except IntegrityError as error:
        about = (type(error), error, error.__traceback__)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It failed: %s", (error,), about)
    written = LineFormatter("{message}", style="{").format(record)
    assert "null value in column" in written
    assert "lanted@" not in written
    assert "Maria" not in written


@pytest.mark.django_db
def test_a_query_quoted_by_the_database_is_not_logged():
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 'Maria Planted' || nothing.name")
    except ProgrammingError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It failed: %s", (error,), None)
    assert "LINE 1" in str(record.args)
    assert "Maria" not in LineFormatter("{message}", style="{").format(record)


@pytest.mark.parametrize("formatter", [LineFormatter("{message}", style="{"), JsonFormatter()])
def test_the_stack_trace_is_redacted_as_well(formatter):
    record = logging.makeLogRecord({"msg": "Here", "stack_info": f"Stack\n  File x\n    ask('{TOKEN}')"})
    written = formatter.format(record)
    assert "File x" in written
    assert TOKEN not in written


class Kept(Transport):
    """What would be sent."""

    def __init__(self, options=None):
        super().__init__(options)
        self.reports: list[dict] = []

    def capture_envelope(self, envelope):
        self.reports += [item.payload.json for item in envelope.items if item.type == "event"]


@pytest.fixture
def reports():
    """What is reported to Sentry."""
    kept = Kept()
    client = sentry_sdk.Client(transport=kept, **error_reports.options_of("https://key@sentry.invalid/1"))
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        yield kept.reports
    client.close()


def test_an_error_report_contains_no_personal_data_and_no_secrets(reports):
    name, address = "Zuleica Plantada", "planted@x.example"
    sentry_sdk.set_user({"email": address})
    sentry_sdk.set_extra("learner", name)
    logging.getLogger("helpdesk").warning("%s wrote", name)
    try:
        try:
            raise ValueError(f"{name}, {address} by Bearer {TOKEN}\nDETAIL:  Key (name)=({name}) exists.")
        except ValueError as error:
            raise KeyError(name) from error
    except KeyError:
        logging.getLogger("helpdesk").exception("Not sent to %s at %s", name, address)
    (report,) = reports
    assert [error["type"] for error in report["exception"]["values"]] == ["ValueError", "KeyError"]
    frames = report["exception"]["values"][0]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "test_an_error_report_contains_no_personal_data_and_no_secrets"
    assert report["logentry"] == {"message": "Not sent to %s at %s"}
    said = json.dumps(report, ensure_ascii=False)
    for planted in (name, "Plantada", address, TOKEN):
        assert planted not in said


def test_an_error_report_of_a_job_does_not_reveal_its_arguments(reports):
    job = {"task_name": "teams.send", "id": 5, "call_string": "teams.send[5](name='Zuleica')"}
    logging.getLogger("procrastinate").error(f"Job {job['call_string']} ended: Error", extra={"job": job})
    assert reports[0]["logentry"] == {"message": "Job teams.send[5] ended: Error"}
    assert "Zuleica" not in json.dumps(reports)


def test_what_the_log_suppresses_is_not_reported(reports):
    """Of a database that is away a line a minute is written, and as many reports are sent."""
    for _ in range(20):
        try:
            raise OperationalError("connection refused")
        except OperationalError:
            logging.getLogger("helpdesk.test_reports").exception("It cannot be read")
    assert len(reports) == 1


def test_nothing_is_added_to_outgoing_requests(reports):
    assert set(sentry_sdk.get_client().integrations) == {"logging", "atexit"}
    assert sentry_sdk.get_client().options["trace_propagation_targets"] == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_planted_at_any_entry_point_gets_into_the_log(tmp_path, team):
    """A server and a worker, with everything going wrong that may; then their log is looked through."""
    source = source_of()
    name, address, log = "Zuleica Plantada", "zuleica.plantada@escola.example", tmp_path / "log"
    body = json.dumps(learner_help(learner={"name": name, "email": address})).encode()
    headers = {"authorization": f"Bearer {TOKEN}", "cookie": f"sessionid={TOKEN}", "x-request-id": TOKEN}
    with (
        log.open("w") as stream,
        serving(
            worker=True, log=stream, DATABASE_URL=database_address(), LOG_LEVEL="DEBUG", LOG_FORMAT="json"
        ) as server,
        httpx.Client(base_url=server, headers=headers, timeout=30) as visitor,
    ):
        app.configure_task("teams.delete_team", queue="operations").defer(team_id=0, name=name, email=address)
        for content in (body, body[:-5]):
            visitor.post(source.intake_path, content=content, headers={"x-signature": sign(content, KEY)})
            visitor.post(source.intake_path, content=content, headers={"x-signature": TOKEN})
        visitor.post("/accounts/login/", data={"login": address, "password": TOKEN})
        visitor.get(f"/api/v1/learners?email={address}")
        visitor.get("/api/v1/tickets", params={"q": name})
        for path in (f"/ajuda/{SIGNED}/", f"/invitations/{TOKEN}/", f"/files/{SIGNED}/", f"/{TOKEN}/"):
            visitor.get(path, params={"q": name})
        visitor.post("/email-providers/mailgun/inbound/", data={"sender": address, "subject": name})
        wait_until(lambda: "teams.delete_team[" in log.read_text(), 60, "the job did not fail")
        wait_until(lambda: not Delivery.objects.filter(outcome="waiting").exists(), 60, "the events wait")
    written = log.read_text()
    assert written.count('"request_id"') >= 3
    for planted in (name, "Plantada", address, "plantada", TOKEN, SIGNED, os.environ["SECRET_KEY"]):
        assert planted not in written
