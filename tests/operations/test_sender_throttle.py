"""A refused sender is handled one request at a time, at that address; nobody else waits."""

import asyncio
import threading

import pytest

from helpdesk.operations import gateway, sender_throttle
from helpdesk.operations.gateway import Gateway
from tests.operations.responding import respond, until

SOURCE, OTHER_SOURCE = b"/webhooks/eduzz/a/", b"/webhooks/eduzz/b/"


class Refusing:
    """An application that refuses every request; the later ones take until they are told to end."""

    def __init__(self, status="401 Unauthorized"):
        self.status, self.may_end, self.requests = status, threading.Event(), 0

    def __call__(self, environ, start_response):
        self.requests += 1
        if self.requests > 1:
            self.may_end.wait(10)
        start_response(self.status, [])
        return [b"no"]


def ask_after_a_refusal(application, count, path=SOURCE, refused_at=SOURCE, at_least=1, pause=0.1, **request):
    """How many of so many requests reach the application at once, and how all of them end.

    `at_least` are waited for, and then for `pause` seconds whether others come.
    """

    async def run():
        crowd = Gateway(application, 3)
        await respond(crowd, refused_at, method="GET")
        await asyncio.sleep(0.01)  # longer than a refusal counts, where that is no time at all
        asked = [asyncio.create_task(respond(crowd, path, method="GET", **request)) for _ in range(count)]
        await until(lambda: application.requests > at_least)
        await asyncio.sleep(pause)
        at_once = application.requests - 1
        application.may_end.set()
        return at_once, [answer[0]["status"] for answer in await asyncio.gather(*asked)]

    return asyncio.run(run())


def test_requests_of_a_refused_sender_are_handled_one_at_a_time():
    assert ask_after_a_refusal(Refusing(), 3) == (1, [401, 401, 401])


@pytest.mark.parametrize("other", [{"client": "192.0.2.2"}, {"path": OTHER_SOURCE}])
def test_other_senders_and_addresses_do_not_wait(other):
    assert ask_after_a_refusal(Refusing(), 3, at_least=3, **other)[0] == 3


def test_a_request_without_a_token_waits_at_every_api_address_and_nowhere_else():
    tickets, courses = b"/api/v1/tickets/1", b"/api/v1/courses"
    assert ask_after_a_refusal(Refusing(), 3, path=courses, refused_at=tickets) == (1, [401, 401, 401])
    assert ask_after_a_refusal(Refusing(), 3, path=courses, refused_at=tickets, client="192.0.2.2", at_least=3)[0] == 3
    assert ask_after_a_refusal(Refusing(), 3, path=b"/t/school/", refused_at=tickets, at_least=3)[0] == 3


def test_an_accepted_sender_does_not_wait():
    assert ask_after_a_refusal(Refusing("200 OK"), 3, at_least=3)[0] == 3


def test_a_sender_refused_on_a_page_does_not_wait():
    application = Refusing()

    async def run():
        crowd = Gateway(application, 3)
        await respond(crowd, b"/", method="GET")
        asked = [asyncio.create_task(respond(crowd, b"/", method="GET")) for _ in range(3)]
        await until(lambda: application.requests == 4)
        application.may_end.set()
        await asyncio.gather(*asked)

    asyncio.run(run())


def test_a_sender_with_accepted_requests_does_not_wait():
    application = Refusing()

    async def run():
        crowd = Gateway(application, 3)
        await respond(crowd, SOURCE, method="GET")
        application.status, application.requests = "200 OK", 0
        await respond(crowd, SOURCE, headers=[(b"content-length", b"0")])
        application.status, application.requests = "401 Unauthorized", 0
        await respond(crowd, SOURCE, method="GET")
        asked = [asyncio.create_task(respond(crowd, SOURCE, method="GET")) for _ in range(3)]
        await until(lambda: application.requests == 4)
        application.may_end.set()
        await asyncio.gather(*asked)

    asyncio.run(run())


def test_a_limited_number_may_wait_and_the_others_are_told_to_retry(monkeypatch):
    monkeypatch.setattr(sender_throttle, "MOST_WAITING", 2)
    at_once, statuses = ask_after_a_refusal(Refusing(), 4)
    assert (at_once, sorted(statuses)) == (1, [401, 401, 401, 503])


def test_a_request_that_waits_too_long_is_told_to_retry(monkeypatch):
    monkeypatch.setattr(gateway, "QUEUE_TIME", 0.5)
    at_once, statuses = ask_after_a_refusal(Refusing(), 2, pause=0.7)
    assert (at_once, statuses) == (1, [401, 503])


def test_a_refusal_is_forgotten_after_a_while(monkeypatch):
    monkeypatch.setattr(sender_throttle, "THROTTLE_TIME", 0.0)
    assert ask_after_a_refusal(Refusing(), 3, at_least=3)[0] == 3
