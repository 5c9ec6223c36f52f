"""What the gateway makes of a request before, and of an answer after, the WSGI application has it."""

import asyncio

import pytest
from django.core.handlers.wsgi import WSGIRequest

from helpdesk.operations import gateway
from helpdesk.operations.gateway import Gateway
from helpdesk.operations.lanes import registered_lanes
from tests.operations.application import SIGNED, Application, body_of
from tests.operations.responding import respond
from tests.waiting import wait_until

LIMITS = {lane.name: lane.max_body for lane in registered_lanes()}


def ask(application, path=b"/accounts/login/", **request):
    """Status, headers and body of the answer."""
    start, *parts = asyncio.run(respond(Gateway(application, 1), path, **request))
    assert [part["more_body"] for part in parts] == [True] * (len(parts) - 1) + [False]
    return start["status"], start["headers"], b"".join(part["body"] for part in parts)


def test_wsgi_environ_strings_represent_bytes():
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
def test_a_body_is_passed_on_whole_with_its_length(header):
    application = Application()
    status, headers, body = ask(
        application, b"/webhooks/x/", headers=[header, SIGNED], messages=body_of(b"abc", b"", b"def", b"")
    )
    assert (status, body, application.environ["CONTENT_LENGTH"]) == (200, b"abcdef", "6")
    assert (b"connection", b"close") not in headers


@pytest.mark.parametrize("header", [(b"content-length", b"99999999"), (b"transfer-encoding", b"chunked")])
@pytest.mark.parametrize(("path", "lane"), [(b"/webhooks/x/", "intake"), (b"/api/v1/tickets", "api")])
def test_the_application_sees_only_one_byte_beyond_the_body_limit(path, lane, header):
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
def test_a_request_that_would_be_refused_anyway_is_answered_before_its_body_arrives(path, header):
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
def test_the_body_of_a_permitted_request_is_read(path, header):
    assert ask(Application(), path, headers=[header, (b"content-length", b"1")], messages=body_of(b"a"))[2] == b"a"


@pytest.mark.parametrize(("path", "kind"), [(b"/webhooks/x/", b"json"), (b"/api/v1/x", b"problem+json")])
def test_a_body_that_does_not_arrive_is_a_408_in_the_format_of_its_lane(path, kind, monkeypatch):
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


def test_a_request_aborted_midway_never_reaches_the_application():
    application = Application()
    messages = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]
    status, _headers, _body = ask(
        application, b"/webhooks/x/", headers=[SIGNED, (b"content-length", b"9")], messages=messages
    )
    assert (status, application.environ) == (400, {})


def test_headers_are_sent_as_often_as_they_were_set():
    _status, headers, _body = ask(Application(b"ok", headers=[("Set-Cookie", " a=1"), ("Set-Cookie", "b=2")]))
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_a_response_in_several_parts_is_streamed_and_closed():
    application = Application(b"one", b"", b"two", b"three")
    assert ask(application, method="GET")[2] == b"onetwothree"
    wait_until(lambda: application.is_closed, 30, "it is not closed")


def test_an_application_error_is_a_500():
    def fail(environ, start_response):
        raise RuntimeError("a secret")

    status, _headers, body = ask(fail, method="GET")
    assert status == 500
    assert b"secret" not in body
