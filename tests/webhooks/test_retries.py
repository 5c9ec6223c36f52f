"""Events that fail temporarily or whose worker died: retried, and delayed by nobody."""

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone
from psycopg.errors import ForeignKeyViolation, QueryCanceled

from helpdesk.tickets.models import Ticket
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks import processing
from webhooks.claims import claim_batch
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery
from webhooks.processing import MOST_ATTEMPTS, process_waiting

pytestmark = pytest.mark.django_db


class TestTransientErrors:
    @pytest.fixture
    def broken(self, monkeypatch):
        """Have the handler raise this, until `monkeypatch.undo()`."""

        def break_with(error):
            def fail(records, event):
                raise error

            monkeypatch.setitem(_HANDLERS, "nutror.learner_help", fail)

        return break_with

    def test_the_delivery_is_retried_later(self, client, source, broken, monkeypatch):
        broken(OperationalError("canceling statement due to lock timeout"))
        send(client, source, learner_help())
        process()
        delivery = Delivery.objects.get()
        assert (delivery.outcome, delivery.attempts, delivery.interruptions) == ("waiting", 1, 0)
        assert Delivery.objects.filter(next_attempt_at__gt=timezone.now()).exists()
        assert "OperationalError" in delivery.explanation
        monkeypatch.undo()
        Delivery.objects.update(next_attempt_at=timezone.now())
        process()
        delivery.refresh_from_db()
        assert (delivery.outcome, delivery.attempts, delivery.explanation) == ("processed", 2, "")

    def test_intervals_grow_up_to_a_minute(self, client, source, broken):
        broken(OperationalError("deadlock detected"))
        send(client, source, learner_help())
        waits = []
        for _ in range(10):
            Delivery.objects.update(next_attempt_at=timezone.now())
            process()
            next_attempt_at = Delivery.objects.values_list("next_attempt_at", flat=True).get()
            assert next_attempt_at is not None
            waits.append(round((next_attempt_at - timezone.now()).total_seconds()))
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            pytest.param(IntegrityError("violates foreign key"), ForeignKeyViolation(), id="deleted in between"),
            pytest.param(OperationalError("due to statement timeout"), QueryCanceled(), id="takes too long"),
        ],
    )
    def test_possibly_transient_errors_are_retried_a_limited_number_of_times(
        self, client, source, broken, error, cause
    ):
        error.__cause__ = cause
        broken(error)
        send(client, source, learner_help())
        outcomes = []
        for _ in range(MOST_ATTEMPTS + 1):
            Delivery.objects.update(next_attempt_at=timezone.now())
            process()
            outcomes.append(Delivery.objects.get().outcome)
        assert outcomes == ["waiting"] * MOST_ATTEMPTS + ["failed"]

    def test_transient_errors_are_retried_without_a_limit(self, client, source, broken):
        broken(OperationalError("canceling statement due to lock timeout"))
        send(client, source, learner_help())
        Delivery.objects.update(attempts=1_000)
        process()
        assert Delivery.objects.get().outcome == "waiting"

    def test_a_database_error_is_named_but_not_quoted(self, client, source, broken):
        broken(DataError("value too long: segredo"))
        assert deliver(client, source, learner_help()).reason == "DataError"
        broken(ValueError("too long"))
        assert deliver(client, source, learner_help(id="2")).reason == "ValueError: too long"

    def test_a_lost_database_connection_leaves_deliveries_unchanged(self, client, source, monkeypatch):
        def lose(*args):
            raise OperationalError("terminating connection")

        closed: list[bool] = []
        monkeypatch.setattr(connection, "close", lambda: closed.append(True))  # it is the test's own
        monkeypatch.setattr(processing, "_process", lose)
        send(client, source, learner_help())
        with pytest.raises(OperationalError):
            process_waiting()
        delivery = Delivery.objects.due().get()
        assert (delivery.attempts, delivery.interruptions, closed) == (0, 0, [True])

    def test_a_connection_lost_by_a_handler_is_not_blamed_on_the_event(self, client, source, monkeypatch):
        def lose(records, event):
            monkeypatch.setattr(connection, "is_usable", lambda: False)
            raise InterfaceError("the connection is closed")

        monkeypatch.setattr(connection, "close", lambda: None)
        monkeypatch.setitem(_HANDLERS, "nutror.learner_help", lose)
        send(client, source, learner_help())
        with pytest.raises(OperationalError, match="connection was lost"):
            process_waiting()

    def test_a_permanent_error_fails_at_once(self, client, source, broken):
        broken(DataError("value too long"))
        assert deliver(client, source, learner_help()).outcome == "failed"


class TestInterruptions:
    """A worker that ends in the middle of a batch leaves its deliveries waiting, claimed and counted."""

    @pytest.fixture
    def interrupted(self, client, source):
        """Three deliveries that were in work when their worker ended."""
        for number in range(3):
            send(client, source, learner_help(id=str(number), learner={"email": f"l{number}@x.com"}))
        claim_batch()

    def run_out(self):
        Delivery.objects.update(next_attempt_at=timezone.now())

    def test_claimed_deliveries_are_not_processed_by_others(self, interrupted):
        assert process_waiting() is False
        assert Ticket.objects.count() == 0

    def test_they_are_processed_one_by_one_after_the_claim_expired(self, interrupted):
        self.run_out()
        assert process_waiting() is True
        assert Ticket.objects.count() == 1
        process()
        assert Ticket.objects.count() == 3
        assert set(Delivery.objects.values_list("outcome", "interruptions")) == {("processed", 0)}

    def test_an_event_that_ends_its_worker_three_times_fails_and_the_others_do_not(self, interrupted):
        for _ in range(2):
            self.run_out()
            claim_batch()
        self.run_out()
        process()
        poison, *others = Delivery.objects.order_by("pk")
        assert (poison.outcome, poison.problem, poison.attempts) == ("failed", "interrupted", 3)
        assert {delivery.outcome for delivery in others} == {"processed"}

    def test_a_claim_taken_over_by_another_worker_is_given_up(self, interrupted):
        self.run_out()
        claim, _has_more = claim_batch()
        assert claim
        self.run_out()
        processing._process(claim)
        assert Ticket.objects.count() == 0

    def test_a_batch_out_of_time_leaves_the_rest_unchanged(self, interrupted, client, source, monkeypatch):
        Delivery.objects.update(attempts=0, interruptions=0)
        self.run_out()
        before = dict(Delivery.objects.values_list("pk", "next_attempt_at"))
        monkeypatch.setattr(processing, "BATCH_SECONDS", -1)
        send(client, source, learner_help(id="later"))
        first, *rest = sorted(before)
        assert process_waiting() is True
        assert Delivery.objects.get(pk=first).outcome == "processed"
        of_rest = Delivery.objects.filter(pk__in=rest)
        assert dict(of_rest.values_list("pk", "next_attempt_at")) == {pk: before[pk] for pk in rest}
        assert set(of_rest.values_list("outcome", "attempts", "interruptions")) == {("waiting", 0, 0)}
        assert process_waiting() is True
        assert Delivery.objects.get(pk=rest[0]).outcome == "processed"
