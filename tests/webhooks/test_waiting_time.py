"""How long an event has been waiting, and that a long wait is shown where people look."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory, source_of
from tests.migrating import migrate
from tests.webhooks.sender import PING, deliver, learner_help, process, send
from webhooks import health
from webhooks.actions import add_key, replay
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery, Source, UnverifiedDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
LONG_AGO = timedelta(days=3)


def wait_for(**time):
    Delivery.objects.filter(outcome="waiting").update(waiting_since=timezone.now() - timedelta(**time))


class TestWaitingSince:
    def test_a_received_event_waits_since_its_receipt(self, client, source):
        send(client, source, learner_help())
        delivery = Delivery.objects.get()
        assert delivery.waiting_since is not None
        assert timedelta() <= delivery.waiting_since - delivery.received_at < timedelta(seconds=5)

    def resend(self, client, source):
        send(client, source, b"{nope")

    def replay_one(self, client, source):
        replay(Delivery.objects.get())

    def replay_all(self, client, source):
        Delivery.objects.replayable().requeue()

    @pytest.mark.parametrize("again", ["resend", "replay_one", "replay_all"])
    def test_a_replayed_event_waits_since_its_replay(self, client, source, again):
        deliver(client, source, b"{nope")
        long_ago = timezone.now() - LONG_AGO
        Delivery.objects.update(received_at=long_ago, waiting_since=long_ago)
        getattr(self, again)(client, source)
        assert Delivery.objects.get().outcome == "waiting"
        assert health.check() == {"is_ok": True, "waiting": 1, "has_more": False, "oldest_seconds": 0}

    def test_a_released_event_waits_since_its_release(self, client, source):
        send(client, source, learner_help(), key="another-key")
        UnverifiedDelivery.objects.update(received_at=timezone.now() - LONG_AGO)
        add_key(source, "another-key")
        assert Delivery.objects.get().received_at < timezone.now() - timedelta(days=2)
        assert health.check()["is_ok"]


class TestLateness:
    def test_a_late_event_in_back_off_is_found_among_many(self, client, source, monkeypatch):
        with monkeypatch.context() as many:
            many.setattr(health, "COUNTED_AT_MOST", 3)
            for number in range(5):
                send(client, source, learner_help(id=str(number)))
            late = Delivery.objects.latest("pk")
            Delivery.objects.filter(pk=late.pk).update(
                waiting_since=timezone.now() - timedelta(minutes=7), next_attempt_at=timezone.now() + timedelta(hours=1)
            )
            assert health.check()["oldest_seconds"] // 60 == 7
            assert health.with_health(Source.objects.all()).get().health == "delayed"
            assert health.counted(health.waiting_count(source)) == "3+"

    @pytest.mark.parametrize("skew", [timedelta(days=2), -timedelta(days=2)])
    def test_the_clock_of_the_web_server_does_not_matter(self, client, team, source, monkeypatch, skew):
        member, now = MembershipFactory(team=team, role=Role.VIEWER), timezone.now
        send(client, source, learner_help())

        def told():
            with monkeypatch.context() as wrong, translation.override("en"):
                wrong.setattr(timezone, "now", lambda: now() + skew)
                return [str(banner.text) for banner in health.banners(member)]

        assert told() == []
        wait_for(minutes=2)
        (banner,) = told()
        assert "waiting for 2 minutes" in banner

    def test_another_team_sees_no_warning(self, client, source):
        stranger = source_of()
        send(client, source, learner_help())
        wait_for(minutes=2)
        assert health.longest_wait(Source.objects.for_team(stranger.team)) is None
        assert health.with_health(Source.objects.for_team(stranger.team)).get().health == "unverified"


class TestNoGreenStatus:
    """While events wait too long, wherever the state of the connection is shown."""

    @pytest.fixture
    def late(self, client, source):
        send(client, source, PING)
        send(client, source, learner_help())
        wait_for(minutes=2)
        return source

    def lights(self, page, source):
        """The classes of badge and light, and whether the navigation has its dot."""
        badge = page.get(f"/t/escola/sources/{source.pk}/").text.partition('<span class="badge ')[2].partition('"')[0]
        listed = page.get("/t/escola/sources/").text
        light = listed.partition('class="status-light ')[2].partition('"')[0]
        return badge, light, "alert-dot" in listed

    def test_on_the_pages(self, page, late):
        assert self.lights(page, late) == ("soon", "soon", True)
        assert "Events are waiting" in page.get("/t/escola/sources/").text
        process()
        assert self.lights(page, late) == ("done", "done", False)

    def test_with_a_failed_event(self, page, source, monkeypatch):
        monkeypatch.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: 1 / 0)
        deliver(page, source, learner_help())
        assert self.lights(page, source) == ("late", "late", True)

    def test_it_is_shown_once_in_the_inbox(self, page, late):
        assert page.get("/t/escola/").text.count("have been waiting") == 1

    def test_of_a_disabled_source(self, page, team, late):
        source_of(team, key="another-key")
        Source.objects.filter(pk=late.pk).update(is_enabled=False)
        found = health.with_health(Source.objects.all()).get(pk=late.pk)
        assert (found.health, found.level, found.is_in_trouble) == ("off", "warning", True)
        assert "have been waiting for 2 minutes" in page.get(f"/t/escola/sources/{late.pk}/").text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_events_from_before_the_column_wait_since_their_receipt(client):
    source = source_of()
    deliver(client, source, learner_help(id="done"))
    send(client, source, learner_help(id="old"))
    Delivery.objects.update(received_at=timezone.now() - LONG_AGO)
    try:
        migrate(("webhooks", "0006_trouble_reports"))
        migrate()
        with connection.cursor() as cursor:  # as the version before stores one
            cursor.execute(
                "INSERT INTO webhooks_delivery (team_id, source_id, body, event, event_id, received_at, outcome) "
                "VALUES (%s, %s, '', '', 'between', now(), 'waiting')",
                [source.team_id, source.pk],
            )
    finally:
        migrate()
    since = dict(Delivery.objects.values_list("event_id", "waiting_since"))
    assert since["old"] == Delivery.objects.get(event_id="old").received_at
    assert since["done"] is None
    assert since["between"] is not None
    assert timezone.now() - since["between"] < timedelta(minutes=1)
