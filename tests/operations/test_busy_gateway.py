"""The gateway under load: each lane has its own threads and memory, and excess requests are refused."""

import asyncio
import threading
from unittest import mock

from helpdesk.operations import gateway
from helpdesk.operations.gateway import Gateway
from helpdesk.operations.instruments import REFUSED
from helpdesk.operations.lanes import PAGES, registered_lanes
from tests.operations.application import CHUNKED, SIGNED, Application, body_of
from tests.operations.responding import respond, until


class Slow:
    """An application whose first request takes until it is told to end."""

    def __init__(self):
        self.may_end, self.requests = threading.Event(), 0

    def __call__(self, environ, start_response):
        self.requests += 1
        self.may_end.wait(10)
        start_response("200 OK", [])
        return [b"ok"]


async def ask_while_busy(application, path, other, patience=gateway.QUEUE_TIME):
    """The status of a request that comes while another one is running, and may wait so many seconds for a thread."""
    busy = Gateway(application, 1)
    first = asyncio.create_task(respond(busy, path, method="GET"))
    await until(lambda: application.requests == 1)
    with mock.patch.object(gateway, "QUEUE_TIME", patience):
        second = asyncio.create_task(respond(busy, other, method="GET"))
        await until(lambda: second.done() or sum(threads._taken for threads in busy._lanes) == 2)
    await asyncio.sleep(0.05)  # longer than `patience`, where it is short
    statuses = [message["status"] for message in second.result()[:1]] if second.done() else []
    application.may_end.set()
    await asyncio.gather(first, second)
    return statuses or [second.result()[0]["status"], dict(second.result()[0]["headers"]).get(b"retry-after")]


def test_a_full_lane_refuses_at_once(monkeypatch):
    monkeypatch.setattr(gateway, "QUEUE_LENGTH", 1)
    assert asyncio.run(ask_while_busy(Slow(), b"/", b"/")) == [503]


def test_a_request_that_waits_too_long_for_a_thread_gets_a_503():
    application = Slow()
    assert asyncio.run(ask_while_busy(application, b"/", b"/", patience=0.01)) == [503, b"5"]
    assert application.requests == 1


def test_a_refusal_is_answered_before_it_is_counted(monkeypatch):
    def refuse(*labels):
        raise OSError("No space left on device")

    monkeypatch.setattr(REFUSED, "inc", refuse)
    assert asyncio.run(ask_while_busy(Slow(), b"/", b"/", patience=0.01)) == [503, b"5"]


def test_pages_do_not_use_up_the_threads_of_other_lanes():
    application = Slow()

    async def ask_every_lane():
        gateway = Gateway(application, 1)
        paths = [b"/" if lane is PAGES else lane.prefixes[0].encode() for lane in registered_lanes()]
        asked = [asyncio.create_task(respond(gateway, path, method="GET")) for path in paths]
        assert len(paths) == 12
        await until(lambda: application.requests == 12)
        application.may_end.set()
        await asyncio.gather(*asked)

    asyncio.run(ask_every_lane())


def test_bodies_share_a_memory_limit_and_small_ones_always_fit(monkeypatch):
    monkeypatch.setattr(gateway, "ROOM", 100_000)
    application = Application()
    crowded = Gateway(application, 1)
    large = {"type": "http.request", "body": b"x" * 90_000, "more_body": True}
    path = b"/webhooks/eduzz/x/"

    async def run():
        first = asyncio.create_task(respond(crowded, path, headers=[SIGNED, CHUNKED], messages=[large]))
        await until(lambda: min(threads.room for threads in crowded._lanes) < 100_000)
        refused = await respond(crowded, path, headers=[SIGNED, CHUNKED], messages=[large])
        small = await respond(
            crowded, path, headers=[SIGNED, CHUNKED], messages=[{"type": "http.request", "body": b"{}"}]
        )
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        again = await respond(crowded, path, headers=[SIGNED, CHUNKED], messages=[large, *body_of(b"x")])
        return [answer[0]["status"] for answer in (refused, small, again)]

    assert asyncio.run(run()) == [503, 200, 200]


def test_the_liveness_probe_answers_while_the_other_probes_wait_for_the_database():
    class FrozenDatabase(Slow):
        def __call__(self, environ, start_response):
            if environ["PATH_INFO"] == "/livez":
                start_response("200 OK", [])
                return [b""]
            return super().__call__(environ, start_response)

    application = FrozenDatabase()

    async def probe():
        gateway = Gateway(application, 1)
        held = [asyncio.create_task(respond(gateway, path, method="GET")) for path in (b"/readyz", b"/healthz", b"/")]
        await until(lambda: application.requests == 3)
        start, *_parts = await asyncio.wait_for(respond(gateway, b"/livez", method="GET"), 5)
        assert (start["status"], application.requests) == (200, 3)
        application.may_end.set()
        await asyncio.gather(*held)

    asyncio.run(probe())
