"""The health of a source follows from its current state: keys, rejections, quarantine and silence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import source_of
from tests.webhooks.health import OTHER_KEY, health, retire_all, switch_off, trouble_of
from tests.webhooks.sender import PING, learner_help, send
from webhooks.actions import add_key, retire_key
from webhooks.health import with_health
from webhooks.models import Delivery, Source, UnverifiedDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]


class TestHealth:
    def test_a_source_is_unverified_until_its_first_authentic_event(self, client, source):
        assert health() == "unverified"
        send(client, source, PING)
        assert health() == "connected"

    def test_a_source_without_a_live_key_has_no_key(self, client, source):
        send(client, source, PING)
        retire_all(source)
        assert health() == "no_key"

    def test_quarantined_events_are_reported_until_their_key_is_added(self, client, source):
        send(client, source, PING)
        send(client, source, learner_help(), key=OTHER_KEY)
        assert health() == "quarantined"
        add_key(source, OTHER_KEY)
        assert health() == "connected"

    def test_a_rejection_is_reported_until_the_next_accepted_event(self, client, source):
        send(client, source, PING)
        send(client, source, learner_help(), signature="nonsense")
        assert health() == "rejecting"
        send(client, source, learner_help())
        assert health() == "connected"

    @pytest.mark.parametrize("event", [PING, learner_help()], ids=["ping", "event"])
    def test_a_duplicate_also_ends_the_report_of_a_rejection(self, client, source, event):
        send(client, source, event)
        send(client, source, learner_help(), signature="nonsense")
        assert health() == "rejecting"
        send(client, source, event)
        assert health() == "connected"

    @pytest.mark.parametrize("event", [PING, learner_help()], ids=["ping", "event"])
    def test_an_unverified_event_is_reported_even_after_it_was_discarded(self, client, source, event):
        send(client, source, PING)
        send(client, source, learner_help(id="other"), key=OTHER_KEY)
        UnverifiedDelivery.objects.all().delete()
        assert trouble_of(source) == ("rejecting", True)
        send(client, source, event)
        assert health() == "connected"

    def test_repeated_events_are_not_reported_after_their_key_was_added(self, client, source):
        send(client, source, PING)
        for _retry in range(2):
            send(client, source, learner_help(), key=OTHER_KEY)
        add_key(source, OTHER_KEY)
        assert health() == "connected"

    def test_after_retiring_the_used_key_another_must_be_verified(self, client, source):
        send(client, source, PING)
        first = source.keys.get()
        add_key(source, OTHER_KEY)
        retire_key(first, even_if_last=True)
        assert health() == "unverified"
        send(client, source, PING, key=OTHER_KEY)
        assert health() == "connected"

    def test_a_week_without_events_is_reported(self, client, source):
        send(client, source, PING)
        long_ago = timezone.now() - timedelta(days=8)
        Delivery.objects.update(received_at=long_ago)
        Source.objects.update(verified_at=long_ago, last_ping_at=long_ago)
        source.keys.update(last_verified_at=long_ago)
        assert health() == "silent"

    @pytest.mark.parametrize(
        ("facts", "told"),
        [
            ({}, "connected"),
            ({"last_delivery_at": 24 * 7 - 1}, "connected"),
            ({"last_delivery_at": 24 * 7 + 1}, "silent"),
            ({"last_delivery_at": None}, "silent"),
            ({"last_delivery_at": None, "verified_at": 1}, "connected"),
            ({"last_delivery_at": None, "verified_at": None}, "unverified"),
            ({"last_rejection": "unsigned", "last_rejected_at": 1}, "rejecting"),
            ({"last_rejection": "too_large", "last_rejected_at": 1}, "rejecting"),
            ({"last_rejection": "unverified", "last_rejected_at": 1}, "rejecting"),
            ({"last_rejection": "unverified", "last_rejected_at": 3}, "connected"),
            ({"last_rejection": "unverified", "last_rejected_at": 1, "last_key_used_at": 0}, "connected"),
            ({"last_rejection": "disabled", "last_rejected_at": 1}, "connected"),
            ({"last_used_key_retired_at": 1}, "unverified"),
            ({"last_used_key_retired_at": 1, "waited": timedelta(hours=1)}, "delayed"),
            ({"last_rejection": "unsigned", "last_rejected_at": 3}, "connected"),
            ({"last_rejection": "unsigned", "last_rejected_at": 1, "last_delivery_at": 24 * 9}, "rejecting"),
            ({"last_rejection": "unsigned", "last_rejected_at": 24 * 8, "last_delivery_at": 24 * 9}, "silent"),
            ({"waited": timedelta(seconds=61)}, "delayed"),
            ({"waited": timedelta(seconds=59)}, "connected"),
            ({"waited": timedelta(hours=200), "last_delivery_at": 200}, "delayed"),
            ({"waited": timedelta(hours=1), "has_live_key": False}, "no_key"),
            ({"quarantined_count": 1, "last_delivery_at": None, "verified_at": None}, "quarantined"),
            ({"has_live_key": False, "quarantined_count": 1}, "no_key"),
            ({"is_enabled": False, "has_live_key": False}, "off"),
        ],
    )
    def test_the_most_serious_problem_is_reported(self, facts, told):
        """Times are hours ago."""
        source = Source()
        well = {
            "has_live_key": True,
            "last_key_used_at": None,
            "last_used_key_retired_at": None,
            "quarantined_count": 0,
            "last_delivery_at": 2,
            "verified_at": 24 * 30,
            "waited": None,
        }
        for name, value in (well | facts).items():
            is_time = name.endswith("_at") and value is not None
            setattr(source, name, timezone.now() - timedelta(hours=value) if is_time else value)
        assert source.health == told

    def test_a_disabled_source_is_no_problem_while_another_is_enabled(self, client, source, team):
        source_of(team, key="another-key")
        retire_all(source)
        assert trouble_of(switch_off(source)) == ("off", False)
        send(client, source, learner_help(), signature="nonsense")
        assert trouble_of(source) == ("off", False)

    def test_a_disabled_source_is_a_problem_if_it_is_the_last(self, source):
        assert trouble_of(switch_off(source)) == ("off", True)

    def test_a_disabled_source_is_a_problem_while_eduzz_still_sends_to_it(self, client, source, team):
        source_of(team, key="another-key")
        switch_off(source)
        assert send(client, source, learner_help()).status_code == 404
        assert trouble_of(source) == ("off", True)
        Source.objects.update(last_rejected_at=timezone.now() - timedelta(days=8))
        assert trouble_of(source) == ("off", False)

    def test_a_disabled_source_with_quarantined_events_is_a_problem(self, client, source, team):
        source_of(team, key="another-key")
        send(client, source, learner_help(), key=OTHER_KEY)
        assert trouble_of(switch_off(source)) == ("off", True)

    def test_many_sources_take_one_query(self, source, team, django_assert_num_queries):
        source_of(team, key="another-key")
        with django_assert_num_queries(1):
            assert [each.health for each in with_health(Source.objects.for_team(team))] == ["unverified"] * 2
