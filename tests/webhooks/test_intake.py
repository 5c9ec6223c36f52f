"""Every row of the intake's table of answers."""

import json

import pytest
from django.db import OperationalError, connection

from helpdesk.courses.models import LearnerActivity
from helpdesk.tickets.models import Status, Ticket
from tests.factories import KEY, TeamFactory, source_of
from tests.webhooks.sender import learner_help, send
from webhooks.actions import add_key, retire_key
from webhooks.examples import examples
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.signature import sign

pytestmark = pytest.mark.django_db
PING = {"event": "ping", "data": {"message": "ping"}}


@pytest.fixture
def source():
    return source_of()


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


def test_a_call_for_help_becomes_a_ticket(client, source):
    response = send(client, source, learner_help())
    ticket = Ticket.objects.get()
    assert response.json() == {"status": "processed", "message": response.json()["message"], "ticket": 1}
    assert (ticket.team, ticket.status, ticket.learner.email) == (source.team, Status.NEW, "learner@eduzz.com")
    assert ticket.course is not None
    assert ticket.course.title == "Título do Curso"
    assert ticket.course.producer == ticket.producer
    assert Delivery.objects.get(ticket=ticket).outcome == "processed"
    assert ticket.requested_at.isoformat() == "2023-09-25T19:05:43+00:00"


def test_the_bytes_are_kept_as_they_came(client, source):
    body = b' {"event":"nutror.learner_help" ,\n "data":{}} '
    send(client, source, body)
    assert bytes(Delivery.objects.get().body) == body


def test_the_same_event_again_is_a_duplicate(client, source):
    send(client, source, learner_help())
    response = send(client, source, learner_help())
    assert (response.status_code, response.json()["status"], response.json()["ticket"]) == (200, "duplicate", 1)
    assert Ticket.objects.count() == Delivery.objects.count() == 1


def test_one_id_under_two_event_names_is_two_events(client, source):
    comments = [event for name, event in examples().items() if "comment" in name]
    assert len({event["id"] for event in comments}) == 1
    assert [send(client, source, event).json()["status"] for event in comments] == ["processed"] * 3


def test_an_event_without_an_id_counts_by_its_bytes(client, source):
    event = learner_help()
    del event["id"]
    assert [send(client, source, event).json()["status"] for _ in range(2)] == ["processed", "duplicate"]


def test_two_teams_may_get_the_same_event(client, source):
    other = source_of()
    assert send(client, source, learner_help()).json()["status"] == "processed"
    assert send(client, other, learner_help()).json()["status"] == "processed"
    assert {ticket.team for ticket in Ticket.objects.all()} == {source.team, other.team}


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_of_the_vendor_is_processed(client, source, name):
    response = send(client, source, examples()[name])
    assert (response.status_code, response.json()["status"]) == (200, "processed")
    if name != "nutror.learner_help":
        activity = LearnerActivity.objects.get()
        assert f"nutror.{activity.kind}" == name
        assert activity.learner.email == examples()[name]["data"]["learner"]["email"]
        assert activity.course is not None


@pytest.mark.parametrize("name", ["myeduzz.invoice_paid", "nutror.something_new", "zzz"])
def test_an_event_that_nobody_handles_is_kept(client, source, name):
    response = send(client, source, {"id": "1", "event": name, "data": {"producer": {"originSecret": "s"}}})
    assert (response.status_code, response.json()["status"]) == (200, "ignored")
    assert Delivery.objects.get().is_replayable


HELP = learner_help()["data"]
BAD_CONTENT = {
    "not json": (b"{nope", "not_json"),
    "empty": (b"", "not_json"),
    "latin-1": (b'{"event": "caf\xe9"}', "not_json"),
    "nan": (b'{"event": "nutror.learner_help", "data": {"x": NaN}}', "not_json"),
    "huge number": (b'{"event": "nutror.learner_help", "data": ' + b"9" * 5000 + b"}", "not_json"),
    "deep": (b"[" * 100_000, "too_deep"),
    "a list": (b"[]", "wrong_type"),
    "null": (b"null", "wrong_type"),
    "no event": (b'{"data": {}}', "missing"),
    "event is a number": (b'{"event": 7, "data": {}}', "wrong_type"),
    "event is empty": (b'{"event": "", "data": {}}', "invalid"),
    "event is long": (json.dumps({"event": "x" * 101}).encode(), "invalid"),
    "event has a NUL": (json.dumps({"event": "nutror\0"}).encode(), "invalid"),
    "data is a text": (b'{"event": "nutror.learner_help", "data": "x"}', "wrong_type"),
    "data is a list": (b'{"event": "nutror.learner_help", "data": []}', "wrong_type"),
    "no data": (b'{"event": "nutror.learner_help"}', "missing"),
    "no learner": (learner_help(learner=None), "missing"),
    "learner is a text": (learner_help(learner="x"), "wrong_type"),
    "no e-mail": (learner_help(learner={"name": "x"}), "missing"),
    "blank e-mail": (learner_help(learner={"email": "  "}), "missing"),
    "e-mail is a list": (learner_help(learner={"email": []}), "wrong_type"),
    "e-mail is no address": (learner_help(learner={"email": "nobody"}), "invalid"),
    "e-mail is long": (learner_help(learner={"email": "a" * 300 + "@b.c"}), "invalid"),
    "NUL in a name": (learner_help(learner={"email": "a@b.c", "name": "a\0b"}), "unstorable"),
    "half a surrogate pair": (learner_help(course={"hash": "h", "title": "\ud800"}), "unstorable"),
    "no hash": (learner_help(course={"title": "t"}), "missing"),
    "hash is long": (learner_help(course={"hash": "h" * 129}), "invalid"),
    "hash is a truth value": (learner_help(course={"hash": True}), "wrong_type"),
    "no producer": (learner_help(producer=None), "missing"),
}


@pytest.mark.parametrize("case", BAD_CONTENT)
def test_wrong_content_is_kept_with_its_reason_and_answered_200(client, source, case):
    body, problem = BAD_CONTENT[case]
    response = send(client, source, body)
    delivery = Delivery.objects.get()
    assert (response.status_code, response.json()["status"]) == (200, "failed")
    assert (delivery.outcome, delivery.problem) == ("failed", problem)
    assert str(delivery.explanation) in response.json()["message"]
    assert Ticket.objects.count() == 0
    assert send(client, source, body).json()["status"] == "failed"
    assert Delivery.objects.get().attempts == 2


@pytest.mark.parametrize("number", [1e400, -1, 101, "x", True, 10**30])
def test_a_progress_that_makes_no_sense_fails_and_loses_nothing(client, source, number):
    event = {"id": "1", "event": "nutror.lesson_watched", "data": HELP | {"course": HELP["course"] | {"progress": 5}}}
    body = json.dumps(event).replace('"progress": 5', f'"progress": {json.dumps(number)}').encode()
    assert send(client, source, body).json()["status"] == "failed"
    assert LearnerActivity.objects.count() == 0


def test_long_texts_are_cut_not_refused(client, source):
    send(client, source, learner_help(learner={"email": "a@b.c", "name": "n" * 5000}))
    assert len(Ticket.objects.get().learner.name) == 255


def test_a_failing_handler_harms_neither_the_delivery_nor_other_events(client, source, monkeypatch):
    def fail(*args, **kwargs):
        list(Ticket.objects.raw("SELECT no_such_column FROM tickets_ticket"))

    monkeypatch.setattr("webhooks.handlers.learner_help.open_ticket", fail)
    response = send(client, source, learner_help())
    assert (response.status_code, response.json()["status"]) == (200, "failed")
    assert Delivery.objects.get().problem == "handler_error"
    assert send(client, source, examples()["nutror.lesson_started"]).json()["status"] == "processed"
    monkeypatch.undo()
    again = send(client, source, learner_help()).json()
    assert (again["status"], again["ticket"]) == ("processed", 1)
    assert Delivery.objects.get(event="nutror.learner_help").attempts == 2


@pytest.mark.parametrize("letters", [str.upper, str.lower])
def test_signatures_count_in_upper_and_lower_case(client, source, letters):
    body = json.dumps(learner_help()).encode()
    assert send(client, source, body, signature=letters(sign(body, KEY))).json()["status"] == "processed"


def test_every_live_key_counts_and_a_retired_one_does_not(client, source):
    second = add_key(source, "outra-chave-0002")
    assert send(client, source, PING, key=second.key).json()["status"] == "pong"
    retire_key(source.keys.first())
    assert send(client, source, PING, key=KEY).status_code == 401
    assert send(client, source, PING, key=second.key).status_code == 200


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
def test_without_a_readable_signature_nothing_is_kept(client, source, signature):
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
    fits = json.dumps(learner_help(padding="x" * (256 * 1024 - 600))).encode()
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


def test_a_person_who_tries_the_address_learns_nothing_secret(client, source):
    known = client.get(source.intake_path)
    unknown = client.get("/webhooks/eduzz/nobody/")
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert client.head(source.intake_path).status_code == 200


def test_a_missing_slash_is_no_redirect(client, source):
    path = source.intake_path.rstrip("/")
    assert send(client, source, learner_help(), path=path).json()["status"] == "processed"


def test_the_intake_needs_no_csrf_token_and_no_login(source):
    from django.test import Client

    response = send(Client(enforce_csrf_checks=True), source, learner_help())
    assert response.json()["status"] == "processed"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("place", ["webhooks.intake.process_event", "webhooks.handlers.learner_help.open_ticket"])
def test_a_busy_database_is_503_and_stores_nothing(client, source, monkeypatch, place):
    def busy(*args, **kwargs):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(place, busy)
    response = send(client, source, learner_help())
    assert (response.status_code, response.json()["status"], response["Retry-After"]) == (503, "unavailable", "30")
    assert Delivery.objects.count() == 0


def test_the_answer_never_waits_in_the_requests_own_transaction():
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


def test_a_common_delivery_costs_few_queries(client, source, django_assert_max_num_queries):
    send(client, source, learner_help(id="first", learner={"email": "x@y.z"}))
    with django_assert_max_num_queries(20):
        send(client, source, learner_help(id="second"))


@pytest.mark.parametrize(
    ("created_at", "sent", "expected"),
    [
        ("2023-09-25 19:05:43", None, "2023-09-25T19:05:43+00:00"),
        ("2023-09-25T19:05:43Z", None, "2023-09-25T19:05:43+00:00"),
        ("2023-09-25T16:05:43-03:00", None, "2023-09-25T19:05:43+00:00"),
        ("yesterday", "2024-02-29T14:33:06.908Z", "2024-02-29T14:33:06.908000+00:00"),
        (None, "2024-02-29T14:33:06.908Z", "2024-02-29T14:33:06.908000+00:00"),
        (12, "2024-02-29T14:33:06.908Z", "2024-02-29T14:33:06.908000+00:00"),
        ("2023-02-31 10:00:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
        ("0001-01-01T00:00:00+14:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
    ],
)
def test_times_fall_back_from_created_to_sent(client, source, created_at, sent, expected):
    send(client, source, learner_help(createdAt=created_at) | {"sentDate": sent})
    assert Ticket.objects.get().requested_at.isoformat() == expected


def test_unreadable_times_fall_back_to_the_receipt(client, source):
    send(client, source, learner_help(createdAt="x") | {"sentDate": "y"})
    assert Ticket.objects.get().requested_at == Delivery.objects.get().received_at


def test_a_repeated_call_is_folded_into_the_unfinished_ticket(client, source):
    for number in range(5):
        send(client, source, learner_help(id=f"press-{number}"))
    first = Ticket.objects.unfinished().get()
    assert (Ticket.objects.count(), first.number, first.request_count) == (5, 1, 5)


def test_names_follow_the_newest_event(client, source):
    def say(number, name, title, created_at):
        learner = {"email": "Learner@Eduzz.com", "name": name}
        course = {"hash": "h", "title": title}
        send(client, source, learner_help(id=str(number), learner=learner, course=course, createdAt=created_at))

    say(1, "Ana", "Curso", "2024-01-01T10:00:00Z")
    say(2, "Ana Prado", "Curso novo", "2024-01-03T10:00:00Z")
    say(3, "Aninha", "Curso velho", "2024-01-02T10:00:00Z")
    ticket = Ticket.objects.unfinished().get()
    assert ticket.course is not None
    assert (ticket.learner.name, ticket.course.title, ticket.learner.email) == (
        "Ana Prado",
        "Curso novo",
        "learner@eduzz.com",
    )


def test_an_enrolment_in_several_courses_is_a_row_for_each(client, source):
    courses = [{"hash": "a", "title": "A"}, {"hash": "b", "title": "B"}]
    send(client, source, {"id": "1", "event": "nutror.enrollment_created", "data": HELP | {"courses": courses}})
    assert sorted(LearnerActivity.objects.values_list("course__title", flat=True)) == ["A", "B"]


def test_a_source_is_not_told_from_another_teams(client):
    team = TeamFactory()
    mine, theirs = source_of(team), source_of(key="their-own-key")
    assert send(client, theirs, learner_help(), key=KEY).status_code == 401
    assert send(client, mine, learner_help(), key=KEY).status_code == 200
