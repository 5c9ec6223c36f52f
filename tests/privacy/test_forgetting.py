"""The steps that delete old data: ordered by time rather than key, and decided once a row is locked."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from psycopg import errors

from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy import forgetting
from helpdesk.privacy.models import TeamRetention
from helpdesk.privacy.retention import retained
from helpdesk.privacy.tasks import forget_old
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, LearnerFactory, open_ticket
from tests.plans import plan_without
from tests.privacy.keeping import keep
from tests.webhooks.sender import deliver, learner_help
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


def kind_of(name):
    return next(each for each in retained() if each.name == name)


def days_ago(days):
    return timezone.now() - timedelta(days=days, minutes=1)


@pytest.fixture
def of_days(client, source, team):
    """Makes events of which each is so many days old, the first with the lowest key; kept for 90."""
    keep(team, "deliveries", 90)

    def make(*ages):
        pks = [deliver(client, source, learner_help(id=f"{place}")).pk for place, _age in enumerate(ages)]
        for pk, days in zip(pks, ages, strict=True):
            Delivery.objects.filter(pk=pk).update(received_at=days_ago(days))
        return pks

    return make


def kept():
    return list(Delivery.objects.exclude(body=b"").order_by("pk").values_list("pk", flat=True))


class TestWalk:
    """Events that come out of quarantine are older than those with lower keys."""

    def test_rows_older_than_ones_with_a_higher_key_are_found(self, of_days):
        first, second, third, fourth = of_days(91, 85, 92, 91)
        forget_old()
        assert kept() == [second, third, fourth]
        Delivery.objects.filter(pk=second).update(received_at=days_ago(90))
        forget_old()
        assert kept() == []
        assert TeamRetention.objects.get(name="deliveries").last_pk == fourth
        assert first < second < third < fourth

    def test_recent_rows_are_not_read_to_find_old_ones(self, team, of_days):
        of_days(91, 10, 10, 10, 10)
        kind = kind_of("deliveries")
        rows = kind.due(team.pk, days_ago(90)).filter(pk__gt=0)
        plan = plan_without(rows.values("pk", "is_old")[: kind.batch], analyze=True)
        assert "Rows Removed" not in plan

    @pytest.mark.page_of("owner")
    def test_the_page_counts_what_would_be_deleted(self, page, team, of_days):
        of_days(91, 92, 10, 91)
        chosen = {kind.name: str(kind.default_days or "for-ever") for kind in retained()} | {"deliveries": "90"}
        shown = page.get(reverse("retention", args=[team.slug]), chosen).content.decode()
        assert "4 stored" in shown
        assert "2 would be deleted" in shown


class TestLocking:
    """What changed after it was found stays."""

    def test_a_ticket_with_activity_meanwhile(self, team, monkeypatch):
        keep(team, "tickets", 30)
        first, second = (open_ticket(team, question="Onde fica?") for _ in range(2))
        Ticket.objects.update(status="closed", last_activity_at=days_ago(31))
        kind, found = kind_of("tickets"), list[datetime]()

        def due(team_id, before):
            if found:
                Ticket.objects.filter(pk=first.pk).update(last_activity_at=timezone.now())
            found.append(before)
            return kind.due(team_id, before)

        monkeypatch.setattr(forgetting, "retained", lambda: (replace(kind, due=due),))
        forget_old()
        assert Ticket.objects.get(pk=first.pk).question == "Onde fica?"
        assert Ticket.objects.get(pk=second.pk).question == ""

    def test_an_event_waiting_again_meanwhile(self, monkeypatch, of_days):
        first, second, third = of_days(91, 91, 91)
        kind, found = kind_of("deliveries"), list[datetime]()

        def due(team_id, before):
            if found:
                Delivery.objects.filter(pk=second).update(outcome="waiting", finished_at=None)
            found.append(before)
            return kind.due(team_id, before)

        monkeypatch.setattr(forgetting, "retained", lambda: (replace(kind, due=due),))
        forget_old()
        assert kept() == [second, third]
        assert TeamRetention.objects.get(name="deliveries").last_pk == first


class TestTimeouts:
    """Statements that the database cancels."""

    @pytest.fixture
    def tried(self, team, monkeypatch):
        """Five activities that are old, and how many were tried at once; more than `most` take too long."""
        keep(team, "activities", 30)
        for _ in range(5):
            ActivityFactory(team=team, learner=LearnerFactory(team=team), occurred_at=days_ago(31))
        kind, tried = kind_of("activities"), []

        def only(most, error=errors.QueryCanceled):
            def forget(pks):
                tried.append(len(pks))
                if len(pks) > most:
                    raise OperationalError("canceling statement") from error()
                kind.forget(pks)

            monkeypatch.setattr(forgetting, "retained", lambda: (replace(kind, batch=4, forget=forget),))
            forget_old()
            return tried

        return only

    def test_the_batch_is_halved(self, tried):
        assert tried(most=2)[:2] == [4, 2]
        assert not LearnerActivity.objects.exists()

    def test_a_single_row_that_takes_too_long_is_reported(self, tried, caplog):
        assert tried(most=0) == [4, 2, 1]
        assert "Retention of activities" in caplog.text
        assert LearnerActivity.objects.count() == 5

    def test_other_errors_are_not_retried(self, tried, caplog):
        assert tried(most=0, error=errors.LockNotAvailable) == [4]
        assert "OperationalError" in caplog.text
