"""Tokens of mailboxes are renewed before they end, once for all processes, and only where we may ask."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.utils import timezone, translation
from imap_tools import MailboxLoginError

from helpdesk.conversations.email_settings.mailbox_views import try_connection
from helpdesk.conversations.inbound.access_tokens import NotRenewed, access_token
from helpdesk.conversations.inbound.fetchers import fingerprint_of
from helpdesk.conversations.inbound.fetching import Fetcher
from helpdesk.conversations.inbound.imap import Connection
from helpdesk.conversations.models import Mailbox
from tests.conversations.inbound.emails import mailbox_of

pytestmark = pytest.mark.django_db


class TokenServer:
    """Gives token 1, 2, …, each for an hour, or what `answer` says; `asked` is what was posted."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status, self.answer = 200, None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                number = len(outer.asked)
                usual = {"access_token": f"token-{number}", "expires_in": 3600, "token_type": "Bearer"}
                answer = usual if outer.answer is None else outer.answer
                sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *args) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/token"


@contextmanager
def running_server():
    server = TokenServer()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()


@pytest.fixture
def token_server():
    with running_server() as running:
        yield running


@pytest.fixture
def oauth(team, token_server, settings):
    settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES = True
    return mailbox_of(
        team, "imap", login="xoauth2", host="127.0.0.1", port=1, security="none", username="ajuda",
        token_url=token_server.url, client_id="app", client_secret="s3cret", refresh_token="refresh-1",
    )  # fmt: skip


def test_a_token_is_fetched_stored_and_renewed_before_it_expires(oauth, token_server):
    assert access_token(oauth) == "token-1"
    assert token_server.asked == [
        {"grant_type": "refresh_token", "refresh_token": "refresh-1", "client_id": "app", "client_secret": "s3cret"}
    ]
    assert access_token(oauth) == "token-1"
    oauth.refresh_from_db()
    left = oauth.token_expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    Mailbox.objects.update(token_expires_at=timezone.now() + timedelta(minutes=4))
    assert access_token(oauth) == "token-2"
    assert len(token_server.asked) == 2


def test_tokens_are_encrypted_in_the_database(oauth):
    access_token(oauth)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, client_secret, refresh_token FROM conversations_mailbox")
        row = " ".join(cursor.fetchone())
    assert not any(secret in row for secret in ("token-1", "s3cret", "refresh-1"))


def test_a_new_refresh_token_replaces_the_first(oauth, token_server):
    token_server.answer = {"access_token": "a", "expires_in": "60", "refresh_token": "refresh-2"}
    access_token(oauth)
    access_token(oauth)
    assert [asked["refresh_token"] for asked in token_server.asked] == ["refresh-1", "refresh-2"]


def test_a_public_client_sends_no_secret(oauth, token_server):
    Mailbox.objects.update(client_secret="")
    access_token(oauth)
    assert "client_secret" not in token_server.asked[0]


def test_a_renewed_token_does_not_change_the_fingerprint(oauth):
    before = fingerprint_of(oauth)
    access_token(oauth)
    oauth.refresh_from_db()
    assert fingerprint_of(oauth) == before


def test_a_token_without_a_refresh_token_is_used_as_it_is(oauth, token_server):
    Mailbox.objects.update(refresh_token="", secret="theirs")
    oauth.refresh_from_db()
    assert access_token(oauth) == "theirs"
    assert token_server.asked == []


@pytest.mark.parametrize(
    ("expires_in", "least", "most"),
    [(None, 3_500, 3_600), ("x", 3_500, 3_600), (-1, 3_500, 3_600), ("nan", 3_500, 3_600), (1, 50, 60),
     ("7200", 7_100, 7_200), (1e300, 2_591_000, 2_592_000)],
)  # fmt: skip
def test_odd_lifetimes_are_bounded(oauth, token_server, expires_in, least, most):
    token_server.answer = {"access_token": "a", "expires_in": expires_in}
    access_token(oauth)
    oauth.refresh_from_db()
    assert least <= (oauth.token_expires_at - timezone.now()).total_seconds() <= most


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (400, {"error": "invalid_grant"}, "Enter a new refresh token"),
        (401, {"error": "invalid_client"}, "rejected this client ID"),
        (400, {"error": "slow_down"}, "did not return a token: slow_down"),
        (400, {"error": ["x"]}, "The status code does not mean success"),
        (500, b"<html>", "The status code does not mean success"),
        (302, b"", "redirects elsewhere"),
        (200, b"", "did not return a token"),
        (200, b"[" * 20_000, "did not return a token"),
        (200, {"access_token": "line\nend"}, "did not return a token"),
        (200, {"access_token": 7}, "did not return a token"),
        (200, {"access_token": "a" * 9_000}, "did not return a token"),
        (200, {"access_token": "a", "refresh_token": {"b": 1}}, "did not return a token"),
    ],
)
def test_an_unusable_response_is_explained_and_loses_nothing(oauth, token_server, status, answer, words):
    token_server.status, token_server.answer = status, answer
    with translation.override("en"):
        assert words in try_connection(oauth)
    oauth.refresh_from_db()
    assert (oauth.refresh_token, oauth.secret, oauth.token_expires_at) == ("refresh-1", None, None)


def test_an_unreachable_token_server_is_reported(oauth):
    Mailbox.objects.update(token_url="http://127.0.0.1:1/token")
    with pytest.raises(NotRenewed) as told, translation.override("en"):
        access_token(oauth)
    with translation.override("en"):
        assert "No connection could be made" in told.value.in_words()


def test_the_operators_network_is_not_contacted(oauth, token_server, settings):
    settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES = False
    with pytest.raises(NotRenewed, match="private_address"):
        access_token(oauth)
    assert token_server.asked == []


@pytest.mark.django_db(transaction=True)
def test_the_problem_is_shown_with_the_mailboxs_other_problems(oauth, token_server, monkeypatch):
    token_server.status, token_server.answer = 400, {"error": "invalid_grant"}
    Mailbox.objects.update(leased_by="me")
    fetcher = Fetcher(oauth, "me")
    stop = fetcher._stop_fetching
    monkeypatch.setattr(stop, "wait", lambda seconds: stop.set())
    with translation.override("en"):
        fetcher.run()
    oauth.refresh_from_db()
    assert "Enter a new refresh token" in oauth.last_error


def test_a_token_the_mailbox_refuses_is_renewed_next_time(oauth, token_server, monkeypatch):
    used = []

    def refuse(self, username, token, initial_folder):
        used.append((username, token))
        raise MailboxLoginError(command_result=("NO", [b"invalid"]), expected="OK")

    monkeypatch.setattr(Connection, "xoauth2", refuse)
    monkeypatch.setattr(Connection, "_get_mailbox_client", lambda self: None)
    for _ in range(2):
        with pytest.raises(MailboxLoginError):
            Connection(oauth)
    assert used == [("ajuda", "token-1"), ("ajuda", "token-2")]


@pytest.mark.django_db(transaction=True)
def test_concurrent_processes_renew_it_once(oauth, token_server):
    def get(_number):
        try:
            return access_token(oauth)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(get, range(4))) == {"token-1"}
    assert len(token_server.asked) == 1
