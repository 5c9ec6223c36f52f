"""Whether a source is well is told from what is checked now: its keys, rejections, quarantine and silence."""

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
    def test_it_waits_until_something_authentic_came(self, client, source):
        assert health() == "unverified"
        send(client, source, PING)
        assert health() == "connected"

    def test_without_a_live_key_nothing_is_let_in(self, client, source):
        send(client, source, PING)
        retire_all(source)
        assert health() == "no_key"

    def test_what_waits_in_quarantine_is_told_until_its_key_is_there(self, client, source):
        send(client, source, PING)
        send(client, source, learner_help(), key=OTHER_KEY)
        assert health() == "quarantined"
        add_key(source, OTHER_KEY)
        assert health() == "connected"

    def test_what_was_turned_away_last_is_told_until_something_is_taken(self, client, source):
        send(client, source, PING)
        send(client, source, learner_help(), signature="nonsense")
        assert health() == "rejecting"
        send(client, source, learner_help())
        assert health() == "connected"

    @pytest.mark.parametrize("event", [PING, learner_help()], ids=["ping", "event"])
    def test_what_comes_once_more_shows_as_well_that_something_is_taken(self, client, source, event):
        send(client, source, event)
        send(client, source, learner_help(), signature="nonsense")
        assert health() == "rejecting"
        send(client, source, event)
        assert health() == "connected"

    @pytest.mark.parametrize("event", [PING, learner_help()], ids=["ping", "event"])
    def test_what_was_refused_for_its_signature_is_told_though_it_is_discarded(self, client, source, event):
        send(client, source, PING)
        send(client, source, learner_help(id="other"), key=OTHER_KEY)
        UnverifiedDelivery.objects.all().delete()
        assert trouble_of(source) == ("rejecting", True)
        send(client, source, event)
        assert health() == "connected"

    def test_what_was_sent_again_before_its_key_was_there_is_not_told_any_more(self, client, source):
        send(client, source, PING)
        for _retry in range(2):
            send(client, source, learner_help(), key=OTHER_KEY)
        add_key(source, OTHER_KEY)
        assert health() == "connected"

    def test_once_the_key_in_use_is_retired_another_one_has_to_prove_itself(self, client, source):
        send(client, source, PING)
        first = source.keys.get()
        add_key(source, OTHER_KEY)
        retire_key(first, even_if_last=True)
        assert health() == "unverified"
        send(client, source, PING, key=OTHER_KEY)
        assert health() == "connected"

    def test_a_week_of_silence_is_told(self, client, source):
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
    def test_the_gravest_is_told(self, facts, told):
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

    def test_one_that_is_switched_off_is_in_no_trouble_while_another_takes_calls(self, client, source, team):
        source_of(team, key="another-key")
        retire_all(source)
        assert trouble_of(switch_off(source)) == ("off", False)
        send(client, source, learner_help(), signature="nonsense")
        assert trouble_of(source) == ("off", False)

    def test_with_the_last_one_off_no_calls_come_in(self, source):
        assert trouble_of(switch_off(source)) == ("off", True)

    def test_to_be_off_is_a_trouble_while_eduzz_still_calls(self, client, source, team):
        source_of(team, key="another-key")
        switch_off(source)
        assert send(client, source, learner_help()).status_code == 404
        assert trouble_of(source) == ("off", True)
        Source.objects.update(last_rejected_at=timezone.now() - timedelta(days=8))
        assert trouble_of(source) == ("off", False)

    def test_what_waits_in_quarantine_is_told_of_one_that_is_off_too(self, client, source, team):
        source_of(team, key="another-key")
        send(client, source, learner_help(), key=OTHER_KEY)
        assert trouble_of(switch_off(source)) == ("off", True)

    def test_many_sources_cost_one_query(self, source, team, django_assert_num_queries):
        source_of(team, key="another-key")
        with django_assert_num_queries(1):
            assert [each.health for each in with_health(Source.objects.for_team(team))] == ["unverified"] * 2
