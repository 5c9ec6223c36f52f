"""When an event happened: which of its times counts, and what makes no sense."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.models import Course, LearnerActivity
from helpdesk.tickets.models import Ticket
from tests.webhooks.sender import deliver, learner_help

pytestmark = pytest.mark.django_db
HELP = learner_help()["data"]


class TestTimes:
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
            ("2023-09-25\ud83d10:00:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
            ("0001-01-01\x0010:00:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
        ],
    )
    def test_an_event_time_falls_back_from_creation_to_sending(self, client, source, created_at, sent, expected):
        deliver(client, source, learner_help(createdAt=created_at) | {"sentDate": sent})
        assert Ticket.objects.get().requested_at.isoformat() == expected

    def test_unreadable_times_fall_back_to_the_time_of_receipt(self, client, source):
        delivery = deliver(client, source, learner_help(createdAt="x") | {"sentDate": "y"})
        assert Ticket.objects.get().requested_at == delivery.received_at

    @pytest.mark.parametrize(
        "time",
        [
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+03:00",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-03:00",
            "2099-01-01 00:00:00",
            "2009-12-31T23:59:59Z",
        ],
    )
    @pytest.mark.parametrize("name", ["nutror.learner_help", "nutror.lesson_started"])
    def test_an_implausible_time_is_replaced_by_the_receipt_and_reported(self, client, source, name, time):
        delivery = deliver(client, source, {"id": "1", "event": name, "data": HELP | {"createdAt": time}})
        assert (delivery.outcome, delivery.problem) == ("processed", "implausible_time")
        assert time in delivery.explanation
        if name == "nutror.learner_help":
            assert Ticket.objects.get().requested_at == delivery.received_at
        else:
            assert LearnerActivity.objects.get().occurred_at == delivery.received_at

    def test_an_implausible_sending_time_is_not_stored(self, client, source):
        delivery = deliver(client, source, learner_help() | {"sentDate": "9999-12-31T23:59:59Z"})
        assert (delivery.sent_at, delivery.problem) == (None, "implausible_time")
        assert Ticket.objects.get().requested_at.year == 2023

    @pytest.mark.parametrize("ahead", [timedelta(seconds=2), timedelta(hours=23)])
    def test_a_time_slightly_ahead_is_replaced_by_the_receipt_without_a_problem(self, client, source, ahead):
        time = timezone.now() + ahead
        delivery = deliver(client, source, learner_help(createdAt=time.isoformat()))
        assert (delivery.outcome, delivery.problem) == ("processed", "")
        assert Ticket.objects.get().requested_at == delivery.received_at

    @pytest.mark.parametrize("time", ["25/11/2026 10:00", 1764000000, ["2026"], "x" * 5000, "2026-02-30T00:00:00Z"])
    def test_an_unreadable_time_is_reported(self, client, source, time):
        delivery = deliver(client, source, learner_help(createdAt=time))
        assert (delivery.outcome, delivery.problem) == ("processed", "implausible_time")
        assert f"data.createdAt = {time}"[:80] in delivery.reason

    @pytest.mark.parametrize("time", [None, ""])
    def test_a_missing_time_is_no_problem(self, client, source, time):
        assert deliver(client, source, learner_help(createdAt=time)).problem == ""

    def test_names_of_a_later_event_apply_after_an_implausible_time(self, client, source):
        later = (timezone.now() + timedelta(minutes=1)).isoformat()
        for number, (moment, title) in enumerate([("9999-01-01T00:00:00Z", "A"), (later, "B")]):
            course = HELP["course"] | {"title": title}
            deliver(client, source, learner_help(id=str(number), course=course, createdAt=moment))
        assert Course.objects.get().title == "B"
