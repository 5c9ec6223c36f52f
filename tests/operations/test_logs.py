"""A message is one line of the log whatever a sender wrote into it, and a flood of requests does not flood the log."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from helpdesk.operations import logs
from helpdesk.operations.logs import LONGEST, LineFormatter, RefusedFilter, StrangerFilter
from tests.factories import source_of
from tests.webhooks.sender import learner_help, send

PART = b'Content-Disposition: form-data; name="f"; filename="f"\r\nContent-Transfer-Encoding: base64'


@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[2K", "\x85", "\u2028", "\u2029"])
def test_an_event_id_cannot_forge_a_log_line(separator):
    formatter = LineFormatter("{levelname} {message}", style="{")
    message = f"evt{separator}ERROR forged"
    record = logging.LogRecord("webhooks", logging.INFO, __file__, 1, "Event %s failed", (message,), None)
    line = formatter.format(record)
    assert line.splitlines() == [line]
    assert "\x1b" not in line


def test_every_handler_uses_the_line_formatter():
    logging_settings: Any = settings.LOGGING
    assert {handler["formatter"] for handler in logging_settings["handlers"].values()} == {"line"}
    assert logging_settings["formatters"]["line"]["()"] == "helpdesk.operations.logs.LineFormatter"


class TestRefusedRequests:
    """Refused requests, however many, write one line a minute."""

    @pytest.fixture
    def lines(self):
        """What the console's handler writes of requests."""

        class Lines(logging.Handler):
            def __init__(self):
                super().__init__()
                self.written: list[str] = []

            def emit(self, record):
                self.written.append(record.getMessage())

        handler, logger = Lines(), logging.getLogger("django.request")
        handler.addFilter(RefusedFilter())
        logger.addHandler(handler)
        yield handler.written
        logger.removeHandler(handler)

    @pytest.mark.django_db
    def test_refused_events_are_logged_once_per_kind_with_a_count(self, lines, monkeypatch):
        source, client = source_of(), Client()
        for number in range(20):
            send(client, source, learner_help(), signature="nonsense")
            send(client, source, learner_help(), path=f"/webhooks/eduzz/{number:032}/")
            client.get(f"/nothing-{number}/")
        unauthorized = f"Unauthorized: {source.intake_path}"
        assert lines == [unauthorized, f"Not Found: /webhooks/eduzz/{0:032}/", "Not Found: /nothing-0/"]
        monkeypatch.setattr(logs, "LEAST_GAP", 0)
        send(client, source, learner_help(), signature="nonsense")
        assert lines[3:] == [f"{unauthorized} (and 19 more like it since the last line)"]

    def test_our_own_errors_are_always_logged(self):
        fault = logging.makeLogRecord({"name": "django.request", "status_code": 500, "msg": "Internal Server Error"})
        assert [RefusedFilter().filter(fault) for _ in range(2)] == [True, True]
        shared = RefusedFilter()
        assert [shared.filter(logging.makeLogRecord({"msg": "a job failed"})) for _ in range(2)] == [True, True]

    def test_an_unknown_host_is_a_warning_without_a_traceback(self, caplog, client):
        caplog.handler.addFilter(StrangerFilter())
        assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
        (record,) = [each for each in caplog.records if each.name == "django.security.DisallowedHost"]
        assert (record.levelname, record.levelno, record.exc_info) == ("WARNING", logging.WARNING, None)
        assert "elsewhere.example" in record.getMessage()
        fault = logging.makeLogRecord({"name": "django.request", "levelno": logging.ERROR})
        assert StrangerFilter().filter(fault)
        assert fault.levelno == logging.ERROR

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("multipart/form-data", b"x"),  # without a boundary
            ("multipart/form-data; boundary=" + "b" * 300, b"x"),
            ("multipart/form-data; boundary=b", b"--b\r\n" + PART + b"\r\n\r\n%%%\r\n--b--"),
            ("application/x-www-form-urlencoded; charset=utf-16", b"login=1"),
            ("application/x-www-form-urlencoded", b"&".join(b"q=1" for _ in range(2_000))),
        ],
    )
    @pytest.mark.django_db
    def test_an_unreadable_form_is_one_short_line(self, caplog, client, kind, body):
        caplog.handler.addFilter(StrangerFilter())
        address = "/accounts/login/?next=/" + "x" * 5_000
        assert client.generic("POST", address, body, kind).status_code == 400
        (record,) = [each for each in caplog.records if each.name.startswith("django.")]
        assert (record.levelname, record.exc_info) == ("WARNING", None)
        assert len(record.getMessage()) <= LONGEST + 1

    def test_a_long_address_is_truncated(self):
        told = {"name": "django.request", "status_code": 404, "msg": "Not Found: %s", "args": ("/" * 9_000,)}
        record = logging.makeLogRecord(told)
        assert StrangerFilter().filter(record)
        assert len(record.getMessage()) == LONGEST + 1

    def test_our_own_errors_keep_their_traceback(self):
        fault = logging.makeLogRecord(
            {"name": "django.request", "status_code": 500, "exc_info": (ValueError, None, None)}
        )
        assert StrangerFilter().filter(fault)
        assert fault.exc_info

    def test_the_console_uses_these_filters(self):
        logging_settings: Any = settings.LOGGING
        assert {"stranger", "refused"} <= set(logging_settings["handlers"]["console"]["filters"])
