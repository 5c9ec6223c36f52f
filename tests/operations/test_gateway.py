"""What the gateway makes of a request before, and of an answer after, the WSGI application has it."""

import asyncio
import threading
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest

from helpdesk.operations import gateway
from helpdesk.operations.gateway import Gateway
from helpdesk.operations.instruments import REFUSED
from helpdesk.operations.lanes import PAGES, registered_lanes
from tests.operations.responding import respond
from tests.waiting import wait_until

SIGNED = (b"x-signature", b"a" * 64)
CHUNKED = (b"transfer-encoding", b"chunked")
LIMITS = {lane.name: lane.max_body for lane in registered_lanes()}


class Application:
    """A WSGI application that remembers what it was given, and answers with the body."""

    def __init__(self, *chunks, headers=()):
        self.environ: dict[str, Any] = {}
        self.body, self.chunks, self.is_closed = b"", chunks, False
        self.headers = [("Content-Type", "text/plain"), *headers]

    def __call__(self, environ, start_response):
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start_response("200 OK", self.headers)
        return self

    def __iter__(self):
        return iter(self.chunks or [self.body])

    def close(self):
        self.is_closed = True


def ask(application, path=b"/accounts/login/", **request):
    """Status, headers and body of the answer."""
    start, *parts = asyncio.run(respond(Gateway(application, 1), path, **request))
    assert [part["more_body"] for part in parts] == [True] * (len(parts) - 1) + [False]
    return start["status"], start["headers"], b"".join(part["body"] for part in parts)


def body_of(*chunks):
    return [
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks) - 1}
        for place, chunk in enumerate(chunks)
    ]


def test_texts_of_the_environ_stand_for_bytes():
    application = Application(b"ok")
    ask(application, b"/caf%C3%A9/%2F%ff", method="GET", query=b"q=%41", headers=[(b"x-name", b"\xe9")])
    environ = application.environ
    assert environ["PATH_INFO"].encode("latin-1") == b"/caf\xc3\xa9//\xff"
    assert (environ["QUERY_STRING"], environ["HTTP_X_NAME"], environ["REMOTE_ADDR"]) == ("q=%41", "é", "192.0.2.1")
    assert "CONTENT_LENGTH" not in environ


@pytest.mark.parametrize(("is_https", "scheme"), [(True, "https"), (False, "http")])
def test_behind_tls_requests_are_secure_whatever_the_proxy_says(settings, is_https, scheme):
    settings.IS_HTTPS = is_https
    application = Application(b"ok")
    ask(application, b"/", method="GET")
    request = WSGIRequest(application.environ)
    assert (request.is_secure(), request.build_absolute_uri("/t/").split(":")[0]) == (is_https, scheme)


def test_repeated_headers_are_joined_and_none_passes_for_another():
    application = Application(b"ok")
    headers = [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"192.0.2.7"),
        (b"x-forwarded-for", b"192.0.2.8"),
        (b"x_forwarded_proto", b"https"),
    ]
    ask(application, method="GET", headers=headers)
    assert application.environ["HTTP_COOKIE"] == "a=1; b=2"
    assert application.environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.7,192.0.2.8"
    assert "HTTP_X_FORWARDED_PROTO" not in application.environ


@pytest.mark.parametrize("header", [(b"content-length", b"6"), (b"transfer-encoding", b"chunked")])
def test_a_body_is_given_whole_with_its_length(header):
    application = Application()
    status, headers, body = ask(
        application, b"/webhooks/x/", headers=[header, SIGNED], messages=body_of(b"abc", b"", b"def", b"")
    )
    assert (status, body, application.environ["CONTENT_LENGTH"]) == (200, b"abcdef", "6")
    assert (b"connection", b"close") not in headers


@pytest.mark.parametrize("header", [(b"content-length", b"99999999"), (b"transfer-encoding", b"chunked")])
@pytest.mark.parametrize(("path", "lane"), [(b"/webhooks/x/", "intake"), (b"/api/v1/tickets", "api")])
def test_of_a_body_that_is_too_long_the_application_sees_one_byte_more_than_is_allowed(path, lane, header):
    application = Application(b"too long")
    status, headers, _body = ask(
        application, path, headers=[header, SIGNED, (b"authorization", b"x")], messages=body_of(*[b"x" * 100_000] * 9)
    )
    assert status == 200
    assert len(application.body) == int(application.environ["CONTENT_LENGTH"]) == LIMITS[lane] + 1
    assert (b"connection", b"close") in headers


@pytest.mark.parametrize(
    ("path", "header"),
    [
        (b"/webhooks/x/", (b"x-signature", b"short")),
        (b"/api/v1/tickets", (b"cookie", b"other=1")),
        (b"/accounts/login/", (b"cookie", b"sessionid=1")),
        (b"/nothing-here/", (b"cookie", b"sessionid=1")),
    ],
)
def test_whoever_would_be_refused_anyway_is_answered_before_a_body_has_come(path, header):
    application = Application()
    status, headers, body = ask(application, path, headers=[header, (b"content-length", b"500")])
    assert (status, body) == (200, b"")
    assert (b"connection", b"close") in headers


@pytest.mark.parametrize(
    ("path", "header"),
    [
        (b"/api/v1/tickets", (b"authorization", b"Bearer x")),
        (b"/api/v1/tickets", (b"cookie", b"a=1; sessionid=1")),
        (b"/accounts/login/", (b"cookie", b"csrftoken=1")),
        (b"/unsubscribe/abc/", (b"x-none", b"")),  # mail programs post there, without a cookie
    ],
)
def test_who_may_send_a_body_is_listened_to(path, header):
    assert ask(Application(), path, headers=[header, (b"content-length", b"1")], messages=body_of(b"a"))[2] == b"a"


@pytest.mark.parametrize(("path", "kind"), [(b"/webhooks/x/", b"json"), (b"/api/v1/x", b"problem+json")])
def test_a_body_that_does_not_come_is_a_408_in_the_words_of_its_lane(path, kind, monkeypatch):
    monkeypatch.setattr(gateway, "BODY_TIME", 0.05)
    application = Application()
    status, headers, _body = ask(
        application,
        path,
        headers=[SIGNED, (b"authorization", b"x"), (b"content-length", b"9")],
        messages=[{"type": "http.request", "body": b"a", "more_body": True}],
    )
    assert (status, application.environ) == (408, {})
    assert kind in dict(headers)[b"content-type"]
    assert (b"connection", b"close") in headers


def test_a_lane_may_wait_longer_for_a_body(monkeypatch):
    monkeypatch.setattr(gateway, "BODY_TIME", 0.05)

    async def slow(path):
        parts = iter([b"a", b"b"])

        async def receive():
            await asyncio.sleep(0.1)
            part = next(parts)
            return {"type": "http.request", "body": part, "more_body": part == b"a"}

        lane = next(lane for lane in registered_lanes() if path.startswith(lane.prefixes))
        return await gateway._receive_body(receive, lane, gateway.Share(gateway.LaneThreads(lane, Application(), 1)))

    assert asyncio.run(slow("/ajuda/abc/")) == b"ab"
    with pytest.raises(gateway.Refused):
        asyncio.run(slow("/t/escola/"))


def test_who_hangs_up_midway_never_reaches_the_application():
    application = Application()
    messages = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]
    status, _headers, _body = ask(
        application, b"/webhooks/x/", headers=[SIGNED, (b"content-length", b"9")], messages=messages
    )
    assert (status, application.environ) == (400, {})


def test_headers_are_sent_as_often_as_they_were_set():
    _status, headers, _body = ask(Application(b"ok", headers=[("Set-Cookie", " a=1"), ("Set-Cookie", "b=2")]))
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_an_answer_in_several_parts_is_sent_as_it_is_made_and_closed():
    application = Application(b"one", b"", b"two", b"three")
    assert ask(application, method="GET")[2] == b"onetwothree"
    wait_until(lambda: application.is_closed, 30, "it is not closed")


def test_an_application_that_fails_is_a_500():
    def fail(environ, start_response):
        raise RuntimeError("a secret")

    status, _headers, body = ask(fail, method="GET")
    assert status == 500
    assert b"secret" not in body


class Slow:
    """An application whose first request takes until it is told to end."""

    def __init__(self):
        self.may_end, self.requests = threading.Event(), 0

    def __call__(self, environ, start_response):
        self.requests += 1
        self.may_end.wait(10)
        start_response("200 OK", [])
        return [b"ok"]


async def ask_while_busy(application, path, other):
    """The status of a request that comes while another one is running."""
    gateway = Gateway(application, 1)
    first = asyncio.create_task(respond(gateway, path, method="GET"))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(respond(gateway, other, method="GET"))
    await asyncio.sleep(0.25)  # on a busy machine it may take a while to get into the queue
    statuses = [message["status"] for message in second.result()[:1]] if second.done() else []
    application.may_end.set()
    await asyncio.gather(first, second)
    return statuses or [second.result()[0]["status"], dict(second.result()[0]["headers"]).get(b"retry-after")]


def test_a_full_lane_refuses_at_once(monkeypatch):
    monkeypatch.setattr(gateway, "QUEUE_LENGTH", 1)
    assert asyncio.run(ask_while_busy(Slow(), b"/", b"/")) == [503]


def test_whoever_waited_too_long_for_a_thread_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(gateway, "QUEUE_TIME", 0.01)
    application = Slow()
    assert asyncio.run(ask_while_busy(application, b"/", b"/")) == [503, b"5"]
    assert application.requests == 1


def test_they_are_told_before_that_is_counted(monkeypatch):
    def refuse(*labels):
        raise OSError("No space left on device")

    monkeypatch.setattr(gateway, "QUEUE_TIME", 0.01)
    monkeypatch.setattr(REFUSED, "inc", refuse)
    assert asyncio.run(ask_while_busy(Slow(), b"/", b"/")) == [503, b"5"]


def test_pages_do_not_hold_the_threads_of_other_lanes():
    application = Slow()

    async def ask_every_lane():
        gateway = Gateway(application, 1)
        paths = [b"/" if lane is PAGES else lane.prefixes[0].encode() for lane in registered_lanes()]
        asked = [asyncio.create_task(respond(gateway, path, method="GET")) for path in paths]
        await asyncio.sleep(0.2)
        assert application.requests == len(paths) == 12
        application.may_end.set()
        await asyncio.gather(*asked)

    asyncio.run(ask_every_lane())


def test_bodies_take_up_only_so_much_memory_together_and_small_ones_always_fit(monkeypatch):
    monkeypatch.setattr(gateway, "ROOM", 100_000)
    application = Application()
    crowded = Gateway(application, 1)
    large = {"type": "http.request", "body": b"x" * 90_000, "more_body": True}
    path = b"/webhooks/eduzz/x/"

    async def run():
        first = asyncio.create_task(respond(crowded, path, headers=[SIGNED, CHUNKED], messages=[large]))
        await asyncio.sleep(0.05)
        refused = await respond(crowded, path, headers=[SIGNED, CHUNKED], messages=[large])
        small = await respond(
            crowded, path, headers=[SIGNED, CHUNKED], messages=[{"type": "http.request", "body": b"{}"}]
        )
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        again = await respond(crowded, path, headers=[SIGNED, CHUNKED], messages=[large, *body_of(b"x")])
        return [answer[0]["status"] for answer in (refused, small, again)]

    assert asyncio.run(run()) == [503, 200, 200]


def test_that_a_process_lives_is_told_while_the_other_probes_wait_for_the_database():
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
        await asyncio.sleep(0.1)
        start, *_parts = await asyncio.wait_for(respond(gateway, b"/livez", method="GET"), 5)
        assert (start["status"], application.requests) == (200, 3)
        application.may_end.set()
        await asyncio.gather(*held)

    asyncio.run(probe())
