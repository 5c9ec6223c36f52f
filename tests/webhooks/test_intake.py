"""Every row of the intake's table of answers."""

import json
from datetime import timedelta

import pytest
from django.db import (
    DataError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)

from helpdesk.operations import wakeups
from helpdesk.tickets.models import Ticket
from tests.factories import KEY, TeamFactory, source_of
from tests.webhooks.bad_content import BAD_CONTENT
from tests.webhooks.sender import PING, learner_help, send
from webhooks.actions import add_key, retire_key
from webhooks.models import Delivery, SigningKey, UnverifiedDelivery
from webhooks.querysets import IS_LIVE_SQL
from webhooks.signature import sign

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("extra", [{}, {"id": "p1", "sentDate": "2024-02-29T14:33:06.908Z"}])
def test_a_ping_verifies_the_source(client, source, extra):
    response = send(client, source, PING | extra)
    source.refresh_from_db()
    assert (response.status_code, response.json()["status"]) == (200, "pong")
    assert source.verified_at == source.last_ping_at is not None


def test_every_ping_counts_and_the_first_one_verified(client, source):
    send(client, source, PING)
    source.refresh_from_db()
    first = source.verified_at
    assert send(client, source, PING).json()["status"] == "pong"
    source.refresh_from_db()
    assert source.verified_at == first < source.last_ping_at


def test_bytes_are_stored_as_received(client, source):
    body = b' {"event":"nutror.learner_help" ,\n "data":{}} '
    send(client, source, body)
    assert bytes(Delivery.objects.get().body) == body


def test_an_event_is_accepted_under_any_host_name(client, source):
    """An event is taken under the server's former domain. Pages are not shown there."""
    headers = {"host": "former.example.com"}
    assert send(client, source, learner_help(), headers=headers).json()["status"] == "stored"
    assert client.get("/accounts/login/", headers=headers).status_code == 400


@pytest.mark.parametrize("write", [str.upper, str.lower, " {} ".format])
def test_a_signature_may_be_in_either_case_with_whitespace_around_it(client, source, write):
    body = json.dumps(learner_help()).encode()
    assert send(client, source, body, signature=write(sign(body, KEY))).json()["status"] == "stored"


def test_every_live_key_verifies_and_a_retired_one_does_not(client, source):
    second = add_key(source, "outra-chave-0002")
    assert send(client, source, PING, key=second.key).json()["status"] == "pong"
    retire_key(source.keys.first())
    assert send(client, source, PING, key=KEY).status_code == 401
    assert send(client, source, PING, key=second.key).status_code == 200


def test_raw_sql_means_by_a_live_key_what_the_queryset_does(source):
    retired, live = source.keys.get(), add_key(source, "outra-chave-0002")
    retire_key(retired)
    assert list(SigningKey.objects.live()) == [live]
    assert list(SigningKey.objects.extra(where=[IS_LIVE_SQL])) == [live]  # noqa: S610 - a constant


def test_an_unknown_signature_is_quarantined(client, source):
    response = send(client, source, learner_help(), key="wrong-key")
    source.refresh_from_db()
    assert (response.status_code, response.json()["status"]) == (401, "unverified")
    assert (source.unverified_count, source.last_rejection) == (1, "unverified")
    assert UnverifiedDelivery.objects.count() == 1
    assert Ticket.objects.count() == Delivery.objects.count() == 0


def test_reserialised_json_does_not_match(client, source):
    body = json.dumps(learner_help()).encode()
    response = send(client, source, json.dumps(learner_help(), indent=1).encode(), signature=sign(body, KEY))
    assert response.json()["status"] == "unverified"


@pytest.mark.parametrize("signature", ["", "abc", "g" * 64, "a" * 63, "a" * 65, "ä" * 64, "a" * 64 + ", " + "b" * 64])
def test_a_request_without_a_readable_signature_is_not_stored(client, source, signature):
    response = send(client, source, learner_help(), signature=signature)
    source.refresh_from_db()
    assert (response.status_code, response.json()["status"]) == (401, "unsigned")
    assert (source.unsigned_count, source.last_rejection) == (1, "unsigned")
    assert UnverifiedDelivery.objects.count() == Delivery.objects.count() == 0


def test_an_unknown_or_disabled_source_is_404(client, source):
    source.is_enabled = False
    source.save()
    paths = [source.intake_path, "/webhooks/eduzz/" + "0" * 32 + "/", "/webhooks/eduzz/%00/", "/webhooks/eduzz/a"]
    for path in paths:
        response = send(client, source, learner_help(), path=path)
        assert (response.status_code, response.json()["status"]) == (404, "unknown_source")


def test_a_body_over_256_kib_is_413(client, source):
    fits = json.dumps(learner_help()).encode().ljust(256 * 1024)
    assert send(client, source, fits).status_code == 200
    response = send(client, source, b"x" * (256 * 1024 + 1))
    source.refresh_from_db()
    assert (response.status_code, response.json()["status"]) == (413, "too_large")
    assert source.too_large_count == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_405(client, source, method):
    response = getattr(client, method)(source.intake_path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert response.json()["status"] == "method_not_allowed"


def test_opening_the_address_in_a_browser_reveals_nothing(client, source):
    known = client.get(source.intake_path)
    unknown = client.get("/webhooks/eduzz/nobody/")
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert client.head(source.intake_path).status_code == 200


def test_a_missing_slash_does_not_redirect(client, source):
    path = source.intake_path.rstrip("/")
    assert send(client, source, learner_help(), path=path).json()["status"] == "stored"


def test_the_intake_needs_no_csrf_token_and_no_login(source):
    from django.test import Client

    response = send(Client(enforce_csrf_checks=True), source, learner_help())
    assert response.json()["status"] == "stored"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("error", [OperationalError, InternalError, ProgrammingError, DataError, InterfaceError])
def test_a_database_error_is_answered_with_503_and_nothing_is_stored(client, source, monkeypatch, error):
    def busy(*args, **kwargs):
        raise error("canceling statement due to lock timeout")

    monkeypatch.setattr("webhooks.intake.store_event", busy)
    closed: list[bool] = []
    monkeypatch.setattr("webhooks.intake.connection.close", lambda: closed.append(True))  # it is the test's own
    response = send(client, source, learner_help())
    assert (response.status_code, response.json()["status"], response["Retry-After"]) == (503, "unavailable", "30")
    assert closed == [True]
    assert Delivery.objects.count() == 0


def test_requests_are_not_wrapped_in_a_transaction():
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


def test_storing_an_event_takes_two_queries(client, source, django_assert_num_queries):
    with django_assert_num_queries(6):  # once a minute, that its key is in use is noted, in a savepoint
        send(client, source, learner_help(id="first"))
    with django_assert_num_queries(2):
        send(client, source, learner_help())


def test_the_use_of_a_key_is_recorded_once_a_minute(client, source):
    send(client, source, learner_help(id="first"))
    first = source.keys.get().last_verified_at
    send(client, source, learner_help(id="second"))
    assert source.keys.get().last_verified_at == first
    source.keys.update(last_verified_at=first - timedelta(minutes=1))
    send(client, source, learner_help(id="second"))
    assert source.keys.get().last_verified_at > first


def test_the_answer_is_not_escaped(client, source):
    for _ in range(2):
        response = send(client, source, learner_help(), headers={"accept-language": "pt-br"})
    assert "Já temos este evento." in response.text


def test_storing_an_event_wakes_a_worker(client, source, monkeypatch, django_capture_on_commit_callbacks):
    woken: list[str] = []
    monkeypatch.setattr(wakeups, "_send", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        send(client, source, learner_help())
    assert woken == ["deliveries"]


def test_a_stored_event_waits_for_a_worker(client, source):
    assert send(client, source, learner_help()).json()["status"] == "stored"
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.attempts, delivery.finished_at) == ("waiting", 0, None)
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("case", BAD_CONTENT)
def test_nothing_inside_an_authentic_body_changes_the_answer(client, source, case):
    body, _problem = BAD_CONTENT[case]
    response = send(client, source, body)
    assert (response.status_code, response.json()["status"]) == (200, "stored")
    assert send(client, source, body).json()["status"] == "duplicate"
    assert bytes(Delivery.objects.get().body) == (body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(("second", "status"), [(None, 200), ("0" * 64, 401)])
def test_a_duplicated_signature_header_is_accepted_if_both_are_equal(client, source, second, status):
    body = json.dumps(learner_help()).encode()
    first = sign(body, KEY)
    assert send(client, source, body, signature=f"{first}, {second or first}").status_code == status


def test_an_event_is_refused_with_503_while_the_keys_cannot_be_decrypted(client, source, use_keys, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # it is the test's own
    use_keys("another-key-0123456789-abcdefghijklmnopqrstuvwxyz")
    response = send(client, source, learner_help())
    assert (response.status_code, response.json()["status"], response["Retry-After"]) == (503, "unavailable", "30")
    assert Delivery.objects.count() == UnverifiedDelivery.objects.count() == 0


def test_an_unreadable_key_does_not_affect_events_signed_with_another(client, source, use_keys, settings, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # it is the test's own
    current = settings.SECRET_KEY
    use_keys("another-key-0123456789-abcdefghijklmnopqrstuvwxyz")
    add_key(source, "a-lost-key-0001")
    use_keys(current)
    assert send(client, source, learner_help()).json()["status"] == "stored"
    assert send(client, source, learner_help(id="2"), key="a-lost-key-0001").status_code == 503
    assert UnverifiedDelivery.objects.count() == 0


def test_a_ping_is_stored_as_processed(client, source):
    send(client, source, PING)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.finished_at) == ("processed", delivery.received_at)
    assert delivery.next_attempt_at is None


def test_keys_of_another_teams_source_are_not_accepted(client):
    team = TeamFactory()
    mine, theirs = source_of(team), source_of(key="their-own-key")
    assert send(client, theirs, learner_help(), key=KEY).status_code == 401
    assert send(client, mine, learner_help(), key=KEY).status_code == 200
