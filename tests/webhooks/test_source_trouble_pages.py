"""A source with problems is shown where people look; an action that would cause problems asks first."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory, source_of
from tests.webhooks.health import OTHER_KEY, health, retire_all, switch_off
from tests.webhooks.sender import PING, learner_help, send
from webhooks.actions import LastKey, add_key, retire_key
from webhooks.health import banners, problem_of, with_health
from webhooks.models import Delivery, Source, UnverifiedDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]


class TestPages:
    def test_a_source_without_a_key_is_not_shown_as_connected(self, page, source):
        send(page, source, PING)
        retire_all(source)
        text = page.get(f"/t/escola/sources/{source.pk}/").text
        assert "no longer has a key" in text
        assert "Eduzz reached us" not in text

    def test_the_inbox_and_the_navigation_show_it(self, page, source):
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

    def test_agents_and_other_teams_do_not_see_it(self, client, team, source):
        send(client, source, learner_help(), key=OTHER_KEY)
        for member in (MembershipFactory(team=team, role=Role.AGENT), MembershipFactory(role=Role.OWNER)):
            client.force_login(member.user)
            text = client.get(f"/t/{member.team.slug}/", headers={"accept-language": "en"}).text
            assert "signed with a key" not in text
            assert "alert-dot" not in text

    def test_the_page_polls_until_the_ping_is_verified(self, page, source):
        send(page, source, PING, key=OTHER_KEY)
        answer = page.get(f"/t/escola/sources/{source.pk}/connection/")
        assert (answer.status_code, "hx-get" in answer.text) == (200, True)
        send(page, source, PING)
        assert page.get(f"/t/escola/sources/{source.pk}/connection/").status_code == 286

    def test_quarantined_events_can_be_discarded(self, page, source):
        send(page, source, PING, key=OTHER_KEY)
        page.post(f"/t/escola/sources/{source.pk}/quarantine/discard/")
        assert UnverifiedDelivery.objects.count() == 0
        assert health() == "unverified"

    @pytest.mark.parametrize(
        ("break_it", "trouble"), [(switch_off, "no other source is on"), (retire_all, "no longer has a key")]
    )
    def test_the_quarantine_is_shown_beside_a_more_serious_problem(self, page, source, break_it, trouble):
        send(page, source, learner_help(), key=OTHER_KEY)
        break_it(source)
        text = page.get("/t/escola/").text
        assert "1 event arrived through Nutror, signed with a key we do not have" in text
        assert f"/t/escola/sources/{source.pk}/quarantine/" in text
        assert trouble in text

    def test_a_disabled_source_is_shown_in_the_inbox_and_on_its_pages(self, page, source):
        switch_off(source)
        for address in ("/t/escola/", "/t/escola/sources/", f"/t/escola/sources/{source.pk}/"):
            assert "no other source is on" in page.get(address).text, address
        assert "alert-dot" in page.get("/t/escola/team/").text
        send(page, source, learner_help())
        assert "Eduzz still sends events" in page.get("/t/escola/").text


class TestSwitchingOff:
    def test_the_last_source_is_switched_off_only_after_confirmation(self, page, source):
        address = f"/t/escola/sources/{source.pk}/settings/"
        asked = page.post(address, {"name": "Outro nome"})
        assert (asked.status_code, "Turn it off anyway" in asked.text) == (409, True)
        assert "This team has no other source turned on" in asked.text
        assert (source.name, True) == Source.objects.values_list("name", "is_enabled").get()
        page.post(address, {"name": "Outro nome", "even_if_calls_are_lost": "1"})
        assert Source.objects.values_list("name", "is_enabled").get() == ("Outro nome", False)
        page.post(address, {"name": "Outro nome", "is_enabled": "on"})
        assert Source.objects.get().is_enabled

    def test_one_of_several_sources_also_needs_confirmation(self, page, source, team):
        source_of(team, key="another-key")
        asked = page.post(f"/t/escola/sources/{source.pk}/settings/", {"name": "Nutror"})
        assert (asked.status_code, "This team has no other source" in asked.text) == (409, False)


class TestTheLastKey:
    def test_it_is_retired_only_after_confirmation(self, page, source):
        address = f"/t/escola/sources/{source.pk}/keys/{source.keys.get().pk}/retire/"
        asked = page.post(address)
        assert (asked.status_code, "Disable it anyway" in asked.text) == (409, True)
        assert source.keys.get().is_live
        page.post(address, {"even_if_last": "1"})
        assert not source.keys.get().is_live

    def test_one_of_several_keys_is_retired_at_once(self, page, source):
        add_key(source, "another-key")
        first, second = source.keys.order_by("pk")
        page.post(f"/t/escola/sources/{source.pk}/keys/{first.pk}/retire/")
        assert [key.is_live for key in source.keys.order_by("pk")] == [False, True]
        with pytest.raises(LastKey):
            retire_key(second)

    def test_the_key_in_use_is_retired_only_after_confirmation(self, page, source):
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

    def test_a_replaced_key_is_retired_at_once(self, client, source):
        send(client, source, PING)
        first = source.keys.get()
        add_key(source, OTHER_KEY)
        send(client, source, PING, key=OTHER_KEY)
        retire_key(first)
        assert health() == "connected"

    def test_retiring_a_retired_key_changes_nothing(self, source):
        retire_all(source)
        retired_at = source.keys.get().retired_at
        retire_key(source.keys.get())
        assert source.keys.get().retired_at == retired_at
        assert retired_at is not None


class TestSentences:
    """The messages about a source, and their severity."""

    @pytest.fixture(autouse=True)
    def _in_english(self, in_english):
        """Sentences are asked for by what they say."""

    def told(self, source):
        return problem_of(with_health(Source.objects.all()).get(pk=source.pk))

    def test_a_refused_request_is_explained(self, client, source):
        send(client, source, PING)
        send(client, source, learner_help(), signature="nonsense")
        translation.activate("en")  # the request has left its own
        assert self.told(source) == "The latest request through Nutror was refused: There is no readable signature."

    @pytest.mark.parametrize("days", [30, 31])
    def test_silence_is_shown_in_days(self, source, days):
        Source.objects.update(verified_at=timezone.now() - timedelta(days=days))
        assert self.told(source).startswith(f"Nothing has arrived through Nutror for {days} days.")

    def test_a_long_wait_is_a_warning(self, client, source, owner_membership):
        send(client, source, PING)
        send(client, source, learner_help())
        Delivery.objects.update(waiting_since=timezone.now() - timedelta(hours=1))
        assert [banner.level for banner in banners(owner_membership)] == ["warning"]

    def test_the_number_of_discarded_events_is_shown(self, page, source):
        for number in range(2):
            send(page, source, learner_help(id=str(number)), key=OTHER_KEY)
        shown = page.post(f"/t/escola/sources/{source.pk}/quarantine/discard/", follow=True).text
        assert "2 events were discarded.<" in shown
