"""Whether a source is well is told from what is checked now: its keys, rejections, quarantine and silence."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory, source_of
from tests.webhooks.sender import deliver, learner_help, send
from webhooks import tasks
from webhooks.actions import LastKey, add_key, retire_key
from webhooks.health import with_health
from webhooks.models import Delivery, Source, UnverifiedDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
PING = {"event": "ping", "data": {"message": "ping"}}
OTHER_KEY = "a-key-of-another"


def health():
    return with_health(Source.objects.all()).get().health


def retire_all(source):
    for key in source.keys.all():
        retire_key(key, even_if_last=True)


def switch_off(source):
    Source.objects.filter(pk=source.pk).update(is_enabled=False)
    return source


def trouble_of(source):
    found = with_health(Source.objects.all()).get(pk=source.pk)
    return found.health, found.is_in_trouble


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


class TestPages:
    def test_the_source_is_not_green_without_a_key(self, page, source):
        send(page, source, PING)
        retire_all(source)
        text = page.get(f"/t/escola/sources/{source.pk}/").text
        assert "no longer has a key" in text
        assert "Eduzz reached us" not in text

    def test_the_inbox_and_the_navigation_tell_it(self, page, source):
        send(page, source, PING)
        assert "alert-dot" not in page.get("/t/escola/").text
        for number in range(5):
            send(page, source, learner_help(id=str(number)), key=OTHER_KEY)
        text = page.get("/t/escola/").text
        assert "5 events arrived through Nutror, signed with a key we do not have" in text
        assert f"/t/escola/sources/{source.pk}/quarantine/" in text
        text = page.get("/t/escola/team/").text
        assert text.count("alert-dot") == 3  # at the side, in the sheet of a phone, and on the tab that opens it
        assert "alert-dot" in text.partition("<summary>")[2].partition("</summary>")[0]

    def test_who_cannot_mend_it_and_other_teams_are_not_told(self, client, team, source):
        send(client, source, learner_help(), key=OTHER_KEY)
        for member in (MembershipFactory(team=team, role=Role.AGENT), MembershipFactory(role=Role.OWNER)):
            client.force_login(member.user)
            text = client.get(f"/t/{member.team.slug}/", headers={"accept-language": "en"}).text
            assert "signed with a key" not in text
            assert "alert-dot" not in text

    def test_while_the_ping_is_waited_for_the_page_goes_on_asking(self, page, source):
        send(page, source, PING, key=OTHER_KEY)
        answer = page.get(f"/t/escola/sources/{source.pk}/connection/")
        assert (answer.status_code, "hx-get" in answer.text) == (200, True)
        send(page, source, PING)
        assert page.get(f"/t/escola/sources/{source.pk}/connection/").status_code == 286

    def test_what_waits_for_a_key_that_nobody_will_add_is_discarded(self, page, source):
        send(page, source, PING, key=OTHER_KEY)
        page.post(f"/t/escola/sources/{source.pk}/quarantine/discard/")
        assert UnverifiedDelivery.objects.count() == 0
        assert health() == "unverified"

    @pytest.mark.parametrize("break_it", [switch_off, retire_all])
    def test_the_quarantine_is_told_beside_a_graver_trouble(self, page, source, break_it):
        send(page, source, learner_help(), key=OTHER_KEY)
        break_it(source)
        text = page.get("/t/escola/").text
        assert "1 event arrived through Nutror, signed with a key we do not have" in text
        assert f"/t/escola/sources/{source.pk}/quarantine/" in text
        assert "no longer has a key" in text or "no other connection is on" in text

    def test_a_switched_off_connection_is_told_where_people_look(self, page, source):
        switch_off(source)
        for address in ("/t/escola/", "/t/escola/sources/", f"/t/escola/sources/{source.pk}/"):
            assert "no other connection is on" in page.get(address).text, address
        assert "alert-dot" in page.get("/t/escola/team/").text
        send(page, source, learner_help())
        assert "Eduzz still sends events" in page.get("/t/escola/").text


class TestSwitchingOff:
    def test_it_is_done_only_by_who_was_asked(self, page, source):
        address = f"/t/escola/sources/{source.pk}/settings/"
        asked = page.post(address, {"name": "Outro nome"})
        assert (asked.status_code, "Turn it off anyway" in asked.text) == (409, True)
        assert "This team has no other connection turned on" in asked.text
        assert (source.name, True) == Source.objects.values_list("name", "is_enabled").get()
        page.post(address, {"name": "Outro nome", "even_if_calls_are_lost": "1"})
        assert Source.objects.values_list("name", "is_enabled").get() == ("Outro nome", False)
        page.post(address, {"name": "Outro nome", "is_enabled": "on"})
        assert Source.objects.get().is_enabled

    def test_one_of_several_is_asked_for_too(self, page, source, team):
        source_of(team, key="another-key")
        asked = page.post(f"/t/escola/sources/{source.pk}/settings/", {"name": "Nutror"})
        assert (asked.status_code, "This team has no other connection" in asked.text) == (409, False)


class TestTheLastKey:
    def test_it_is_retired_only_by_who_was_asked(self, page, source):
        address = f"/t/escola/sources/{source.pk}/keys/{source.keys.get().pk}/retire/"
        asked = page.post(address)
        assert (asked.status_code, "Disable it anyway" in asked.text) == (409, True)
        assert source.keys.get().is_live
        page.post(address, {"even_if_last": "1"})
        assert not source.keys.get().is_live

    def test_one_of_several_is_retired_at_once(self, page, source):
        add_key(source, "another-key")
        first, second = source.keys.order_by("pk")
        page.post(f"/t/escola/sources/{source.pk}/keys/{first.pk}/retire/")
        assert [key.is_live for key in source.keys.order_by("pk")] == [False, True]
        with pytest.raises(LastKey):
            retire_key(second)

    def test_the_one_in_use_is_retired_only_by_who_was_asked(self, page, source):
        send(page, source, learner_help())
        add_key(source)
        first, unused = source.keys.order_by("pk")
        address = f"/t/escola/sources/{source.pk}/keys/{first.pk}/retire/"
        asked = page.post(address)
        assert (asked.status_code, "Disable the key in use" in asked.text) == (409, True)
        assert "the only one left" not in asked.text
        retire_key(unused)
        add_key(source)
        page.post(address, {"even_if_last": "1"})
        assert not source.keys.get(pk=first.pk).is_live
        assert "Eduzz reached us" not in page.get(f"/t/escola/sources/{source.pk}/").text
        assert page.get(f"/t/escola/sources/{source.pk}/connection/").status_code == 200

    def test_one_that_another_has_followed_is_retired_at_once(self, client, source):
        send(client, source, PING)
        first = source.keys.get()
        add_key(source, OTHER_KEY)
        send(client, source, PING, key=OTHER_KEY)
        retire_key(first)
        assert health() == "connected"

    def test_one_that_is_retired_stays_as_it_is(self, source):
        retire_all(source)
        retire_key(source.keys.get())


class TestEmail:
    @pytest.fixture(autouse=True)
    def _the_owner_reads_english(self, owner):
        owner.language = "en"
        owner.save()

    def report(self):
        ProcrastinateJob.objects.all().delete()
        tasks.report_health()
        mail.outbox = []
        for job in ProcrastinateJob.objects.filter(task_name="webhooks.send_health_email"):
            tasks.send_health_email(**job.args)
        return [message.to[0] for message in mail.outbox]

    def test_managers_are_told_of_a_trouble_once(self, client, source, owner):
        MembershipFactory(team=source.team, role=Role.AGENT)
        MembershipFactory(role=Role.OWNER)
        send(client, source, PING)
        assert self.report() == []
        send(client, source, learner_help(), key=OTHER_KEY)
        assert self.report() == [owner.email]
        assert "signed with a key we do not have" in mail.outbox[0].body
        assert f"/t/escola/sources/{source.pk}/" in mail.outbox[0].body
        assert self.report() == []

    def test_another_kind_of_trouble_is_told_at_once_and_each_at_most_once_a_day(self, client, source, owner):
        send(client, source, learner_help(), key=OTHER_KEY)
        assert self.report() == [owner.email]
        retire_all(source)
        assert self.report() == [owner.email]
        assert "no longer has a key" in mail.outbox[0].body
        add_key(source, "another-key")
        assert (self.report(), health()) == ([], "quarantined")

    def test_one_that_is_over_is_told_again_a_day_later_when_it_comes_back(self, client, source, owner):
        retire_all(source)
        assert self.report() == [owner.email]
        add_key(source, "another-key")
        assert self.report() == []
        retire_all(source)
        assert self.report() == []
        a_day_ago = timezone.now() - timedelta(hours=25)
        Source.objects.update(health_reports={"no_key": a_day_ago.isoformat()})
        assert self.report() == [owner.email]

    def test_the_day_is_one_of_the_databases(self, client, source, owner, monkeypatch):
        retire_all(source)
        assert self.report() == [owner.email]
        add_key(source, "another-key")
        assert self.report() == []
        retire_all(source)
        now = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))
        assert self.report() == []

    def test_that_it_is_switched_off_is_told(self, client, source, owner):
        switch_off(source)
        assert self.report() == [owner.email]
        assert "no other connection is on" in mail.outbox[0].body

    def test_that_events_wait_is_told_once(self, client, source, owner):
        send(client, source, learner_help())
        assert self.report() == []
        Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=6))
        assert self.report() == [owner.email]
        assert "waiting for 6 minutes" in mail.outbox[0].body
        assert self.report() == []

    def test_nobody_is_told_what_was_mended_meanwhile(self, client, source, owner_membership):
        retire_all(source)
        tasks.report_health()
        add_key(source, "another-key")
        tasks.send_health_email(source_id=source.pk, membership_id=owner_membership.pk)
        assert mail.outbox == []

    def test_what_came_and_failed_is_another_e_mail(self, client, source, owner):
        deliver(client, source, b"{nope")
        assert self.report() == []
