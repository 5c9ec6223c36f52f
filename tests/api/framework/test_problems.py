"""Every error is a problem, whatever is thrown at the API."""

import gzip

import pytest
from django.test import Client

from helpdesk.api.v1.tickets import TicketList
from tests.api.responses import problem
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"status": "\xc3"}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"\\ud83d": 1}',
        b'{"priority": "\\ud83d"}',
        b'{"learner": {"email": "a@example.com"}, "note": "\\ud800"}',
        b'{"learner": {"email": "a@example.com"}, "tags": ["a", "\\udfff\\ud83d"]}',
        b'"\\ud83d"',
        b'{"learner": {"email": "a@example.com"}, "question": "a", "question": "b"}',
        b'{"learner": {"email": "a@example.com", "email": "b@example.com"}}',
        b'{"\\ud83d": 1, "\\ud83d": 1}',
    ],
    ids=[
        "cut off",
        "not UTF-8",
        "NaN",
        "half a letter",
        "deep",
        "huge number",
        "half a pair as key",
        "half a pair as choice",
        "half a pair as text",
        "half a pair in a list",
        "half a pair alone",
        "duplicate key",
        "duplicate key inside",
        "half a pair as key twice",
    ],
)
def test_invalid_json_is_a_400(api, body):
    problem(api.post("tickets", body), 400)


def test_a_null_body_is_refused_in_the_readers_language(api):
    refused = problem(api.post("tickets", b"null", accept_language="pt-br"), 422)
    assert refused["errors"] == [{"field": "", "code": "null", "detail": "O corpo não pode ser nulo."}]


def test_a_surrogate_pair_is_accepted(api):
    body = b'{"learner": {"email": "a@example.com"}, "note": "\\ud83d\\ude00"}'
    assert api.post("tickets", body).status_code == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "tickets/{}"), ("PUT", "tickets/{}/snooze"), ("POST", "tickets/{}/notes"), ("POST", "tickets/bulk")],
)
def test_a_lone_surrogate_is_a_400_in_every_body(api, team, method, path):
    path = path.format(open_ticket(team).number)
    for body in (b'{"\\ud83d": 1}', b'{"priority": "\\ud83d", "body": "\\ud83d", "until": "\\ud83d"}'):
        problem(api.request(method, path, body), 400)


@pytest.mark.parametrize(
    "path",
    [
        "sources/a%00b",
        "sources/%F0%9F",
        "sources/a%00b/deliveries",
        "sources?cursor=a%00",
        "courses?hash=a%00b",
        "learners?email=%ED%A0%80@example.com",
        "tickets?assignee=%ED%A0%80",
        "tickets?tag=%FF",
        "tickets?%ED%A0%80=1",
        "tickets?team=%ED%A0%80",
        "tickets?course=" + "9" * 5000,
        "tickets?assignee=" + "9" * 20,
        "reports/days?days=" + "9" * 5000,
        "reports/days?course=" + "9" * 30,
        "saved-views/" + "9" * 30,
        "learners/" + "9" * 30 + "/activities",
        "tickets/" + "9" * 30 + "/events",
        "tickets/bulk/" + "9" * 30,
        "tickets?updated_since=0001-01-01T00:00:00Z",
        "tickets?updated_since=9999-12-31T23:59:59Z",
        "tickets?requested_from=0001-01-01&requested_to=9999-12-31",
        "reports/days?first=0001-01-01&days=366",
        "reports/days?last=9999-12-31",
    ],
)
def test_no_address_causes_a_server_error(api, path):
    assert api.get(path).status_code < 500


def test_a_large_body_is_a_413(api):
    problem(api.post("tickets", b" " * (256 * 1024 + 1)), 413)


def test_other_content_types_are_415_and_406(api):
    problem(api.post("tickets", b"a=b", content_type="application/x-www-form-urlencoded"), 415)
    problem(api.get("tickets", accept="text/html"), 406)


def test_a_byte_order_mark_is_ignored(api, team):
    ticket = open_ticket(team)
    response = api.patch(f"tickets/{ticket.number}", b'\xef\xbb\xbf{"priority": "high"}')
    assert response.json()["priority"] == "high"


def test_a_compressed_body_is_a_415(api):
    body = gzip.compress(b'{"body": "a"}')
    problem(api.post("tickets/bulk", body, content_type="application/json", content_encoding="gzip"), 415)


@pytest.mark.parametrize("accept", ["", " ", ",", "application/json,"])
def test_an_accept_header_without_types_accepts_anything(api, accept):
    assert api.get("tickets", accept=accept)["Content-Type"] == "application/json"
    assert api.get("tickets", accept=accept).status_code == 200


@pytest.mark.parametrize(
    "accept",
    ["application/problem+json", "Application/Problem+JSON; q=0.5", "text/html, application/problem+json", "*/*"],
)
def test_a_client_that_accepts_only_problems_gets_its_response(api, team, accept):
    ticket = open_ticket(team)
    response = api.get("tickets", accept=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    view = api.post("saved-views", {"name": "Tudo", "query": ""}, accept=accept)
    assert view.status_code in (201, 409)
    assert api.delete(f"tickets/{ticket.number}/assignment", accept=accept).status_code == 200
    problem(api.get("tickets/999", accept=accept), 404)


def test_another_method_is_a_405(api, team):
    ticket = open_ticket(team)
    for method in ("PUT", "TRACE", "QUERY"):
        response = api.request(method, f"tickets/{ticket.number}")
        problem(response, 405)
        assert "PATCH" in response["Allow"]


@pytest.mark.parametrize(
    "path", ["tickets", "tickets/1", "tickets/bulk", "saved-views", "reports/days?first=x", "schema", "docs"]
)
def test_options_lists_the_allowed_methods(api, reader, team, path):
    for client in (api, reader):
        response = client.request("OPTIONS", path)
        assert (response.status_code, response.content) == (204, b"")
        assert "OPTIONS" in response["Allow"]


@pytest.mark.parametrize("path", ["tickets", "team", "schema", "docs"])
def test_head_is_a_get_without_a_body(api, path):
    response = api.request("HEAD", path)
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["schema", "docs"])
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE", "TRACE"])
def test_read_only_addresses_refuse_other_methods(path, method):
    for client in (Client(enforce_csrf_checks=True), Client()):
        response = client.generic(method, f"/api/v1/{path}", b"{}", "application/json")
        problem(response, 405)
        assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path", ["", "tickets/", "nothing", "tickets/1/nothing", "tickets/-1", "tickets/" + "9" * 5000]
)
def test_an_unknown_address_is_a_404(api, path):
    problem(api.get(path), 404)


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 25])
def test_an_unknown_ticket_is_a_404(api, number):
    problem(api.get(f"tickets/{number}"), 404)
    problem(api.patch(f"tickets/{number}", {"priority": "low"}), 404)


def test_addresses_outside_the_version_are_404(client):
    problem(client.get("/api/"), 404)
    problem(client.post("/api/v2/tickets"), 404)


def test_an_internal_error_is_a_500_without_details(api, monkeypatch):
    def crash(*args):
        raise RuntimeError("a secret")

    monkeypatch.setattr(TicketList, "_filter", crash)
    assert "secret" not in problem(api.get("tickets"), 500)["detail"]


def test_a_bad_host_is_a_400(api):
    problem(api.get("tickets", host="evil.example.com"), 400)


def test_other_pages_have_their_own_errors(client):
    assert client.get("/nothing")["Content-Type"].startswith("text/html")
    assert client.get("/nothing", headers={"host": "evil.example.com"})["Content-Type"].startswith("text/html")
