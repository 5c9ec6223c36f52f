"""Events from addresses that a source lists, and from others."""

import pytest

from helpdesk.audit.models import AuditEvent
from helpdesk.tickets.models import Ticket
from tests.webhooks.sender import PING, learner_help, process, send
from webhooks.models import Delivery, Source, UnverifiedDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
LISTED, OTHER = "203.0.113.7", "198.51.100.1"


@pytest.fixture
def listing(source):
    """A source that takes events from two networks."""
    source.networks = ["203.0.113.0/24", "2001:db8::/32"]
    source.save()
    return source


@pytest.fixture
def send_from(client, listing):
    def send_from_(address, event, **options):
        client.defaults["REMOTE_ADDR"] = address
        return send(client, listing, event, **options)

    return send_from_


@pytest.mark.parametrize("address", [LISTED, "2001:db8::1", "::ffff:203.0.113.9"])
def test_an_event_from_a_listed_network_is_processed(send_from, address):
    assert send_from(address, learner_help()).json()["status"] == "stored"
    process()
    assert Ticket.objects.exists()


def test_an_event_from_elsewhere_is_stored_until_somebody_replays_it(send_from, page, home):
    answer = send_from(OTHER, learner_help())
    assert (answer.status_code, answer.json()["status"]) == (200, "stored")
    process()
    kept = Delivery.objects.get()
    assert (kept.outcome, kept.problem, kept.reason) == ("failed", "address", OTHER)
    assert not Ticket.objects.exists()
    assert OTHER in page.get(f"{home}deliveries/{kept.pk}/").text
    page.post(f"{home}deliveries/{kept.pk}/replay/")
    process()
    assert Ticket.objects.exists()


def test_an_event_repeated_from_elsewhere_still_waits_for_a_replay(send_from):
    for _again in range(3):
        send_from(OTHER, learner_help())
        process()
    assert not Ticket.objects.exists()
    assert send_from(LISTED, learner_help()).json()["status"] == "duplicate"
    process()
    assert Ticket.objects.count() == Delivery.objects.count() == 1


def test_an_event_repeated_from_elsewhere_does_not_undo_its_processing(send_from):
    send_from(LISTED, learner_help())
    process()
    send_from(OTHER, learner_help())
    process()
    assert Delivery.objects.get().outcome == "processed"


def test_a_ping_is_accepted_from_anywhere(send_from):
    assert send_from(OTHER, PING).json()["status"] == "pong"


def test_unverified_events_are_quarantined_only_from_listed_networks(send_from):
    assert send_from(OTHER, learner_help(), key="another-key").status_code == 401
    assert not UnverifiedDelivery.objects.exists()
    assert send_from(LISTED, learner_help(), key="another-key").status_code == 401
    assert UnverifiedDelivery.objects.count() == 1


def test_behind_a_proxy_the_forwarded_address_counts(send_from, settings):
    settings.TRUSTED_PROXIES = 1
    send_from(LISTED, learner_help(), headers={"x-forwarded-for": f"{LISTED}, {OTHER}"})
    assert Delivery.objects.get().reason == OTHER
    send_from(OTHER, learner_help(id="2"), headers={"x-forwarded-for": f"{OTHER}, {LISTED}"})
    assert Delivery.objects.get(event_id="2").outcome == "waiting"


def test_an_unknown_sender_counts_as_from_elsewhere(send_from, listing, settings):
    listing.networks = ["0.0.0.0/0"]
    listing.save()
    settings.TRUSTED_PROXIES = 1
    send_from(LISTED, learner_help())
    assert Delivery.objects.get().outcome == "failed"


def test_our_own_test_call_is_accepted(page, home, listing):
    page.post(f"{home}test-call/")
    process()
    assert Delivery.objects.get().outcome == "processed"


def test_the_list_is_cleaned_and_recorded(page, home):
    form = {"name": "Nutror", "is_enabled": "on", "networks": " 203.0.113.9/24\n2001:DB8::1 "}
    page.post(f"{home}settings/", form)
    assert Source.objects.get().networks == ["203.0.113.0/24", "2001:db8::1/128"]
    assert AuditEvent.objects.latest("pk").details == "on 203.0.113.0/24 2001:db8::1/128"
    page.post(f"{home}settings/", form | {"networks": ""})
    assert Source.objects.get().networks is None


@pytest.mark.parametrize("typed", ["eduzz.com", "203.0.113.0/33", "x" * 5000, "fe80::1%eth0"])
def test_an_invalid_network_is_refused(page, home, listing, typed):
    form = {"name": "Nutror", "is_enabled": "on", "networks": typed}
    assert page.post(f"{home}settings/", form).status_code == 422
    assert Source.objects.get().networks == listing.networks
