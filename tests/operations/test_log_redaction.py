"""Neither a log nor an error report tells who somebody is, or lets anybody in."""

import json
import logging
import os
import time

import httpx
import pytest
import sentry_sdk
from django.db import IntegrityError, connection, transaction
from sentry_sdk.transport import Transport

from helpdesk.operations import error_reports
from helpdesk.operations.log_redaction import redact
from helpdesk.operations.logs import LineFormatter
from tests.conftest import database_address, serving
from tests.factories import KEY, source_of
from tests.webhooks.sender import learner_help
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
        ('invalid input syntax for type integer: "Maria"', "invalid input syntax for type integer: …"),
        ("tickets.actions.open_ticket_of_a_long_name", "tickets.actions.open_ticket_of_a_long_name"),
        ("DETAIL:  (Maria\n\nda Silva).\n\nThe above exception was", "DETAIL: …\n\nThe above exception was"),
    ],
)
def test_it_leaves_out(text, wanted):
    assert redact(text) == wanted


@pytest.mark.parametrize("text", ["a" * 10**6, "a1-" * 10**5, "a://" * 10**5, "+1 " * 10**5, "DETAIL: " * 10**5])
def test_it_takes_no_time_whatever_is_logged(text):
    started = time.monotonic()
    redact(text)
    assert time.monotonic() - started < 5


@pytest.mark.django_db
def test_what_the_database_quotes_of_a_row_is_not_written(team):
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


class Kept(Transport):
    """What would be sent."""

    def __init__(self, options=None):
        super().__init__(options)
        self.reports: list[dict] = []

    def capture_envelope(self, envelope):
        self.reports += [item.payload.json for item in envelope.items]


def test_a_report_has_neither_person_nor_secret():
    name, address, kept = "Zuleica Plantada", "planted@x.example", Kept()
    client = sentry_sdk.Client(transport=kept, **error_reports.options_of("https://key@sentry.invalid/1"))
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_user({"email": address})
        scope.set_extra("learner", name)
        logging.getLogger("helpdesk").warning("%s wrote", name)
        try:
            raise ValueError(f"{address} by Bearer {TOKEN}\nDETAIL:  Key (name)=({name}) exists.")
        except ValueError:
            logging.getLogger("helpdesk").exception("Not sent to %s", address)
    client.close()
    (report,) = kept.reports
    said = json.dumps(report, ensure_ascii=False)
    assert report["exception"]["values"][0]["type"] == "ValueError"
    assert report["logentry"]["formatted"] == "Not sent to …@…"
    for planted in (name, address, TOKEN):
        assert planted not in said


@pytest.mark.django_db(transaction=True)
def test_nothing_planted_at_any_door_gets_into_the_log(tmp_path, team):
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
        httpx.Client(base_url=server, headers=headers) as visitor,
    ):
        for content in (body, body[:-5]):
            visitor.post(source.intake_path, content=content, headers={"x-signature": sign(content, KEY)})
            visitor.post(source.intake_path, content=content, headers={"x-signature": TOKEN})
        visitor.post("/accounts/login/", data={"login": address, "password": TOKEN})
        visitor.get(f"/api/v1/learners?email={address}")
        visitor.get("/api/v1/tickets", params={"q": name})
        for path in (f"/ajuda/{SIGNED}/", f"/invitations/{TOKEN}/", f"/files/{SIGNED}/", f"/{TOKEN}/"):
            visitor.get(path, params={"q": name})
        visitor.post("/email-providers/mailgun/inbound/", data={"sender": address, "subject": name})
        time.sleep(3)  # for the worker
    written = log.read_text()
    assert written.count('"request_id"') >= 3
    for planted in (name, "Plantada", address, "plantada", TOKEN, SIGNED, os.environ["SECRET_KEY"]):
        assert planted not in written
