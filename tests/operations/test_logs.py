"""A message is one line of the log, whatever a sender wrote into it."""

import logging
from typing import Any

import pytest
from django.conf import settings

from helpdesk.operations.logs import LineFormatter


@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[2K", "\x85", "\u2028", "\u2029"])
def test_an_event_id_forges_no_line(separator):
    formatter = LineFormatter("{levelname} {message}", style="{")
    message = f"evt{separator}ERROR forged"
    record = logging.LogRecord("webhooks", logging.INFO, __file__, 1, "Event %s failed", (message,), None)
    line = formatter.format(record)
    assert line.splitlines() == [line]
    assert "\x1b" not in line


def test_every_handler_writes_by_it():
    logging_settings: Any = settings.LOGGING
    assert {handler["formatter"] for handler in logging_settings["handlers"].values()} == {"line"}
    assert logging_settings["formatters"]["line"]["()"] == "helpdesk.operations.logs.LineFormatter"
