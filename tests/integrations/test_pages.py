"""The pages on which a team sets webhooks up, looks at what was sent, and mends what fails."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.integrations import actions
from helpdesk.integrations.events import EVENTS, OF_LEARNERS, event_name
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.views import PAGE_SIZE
from helpdesk.teams.roles import Role
from helpdesk.tickets.models import TicketEvent
from tests.factories import MembershipFactory, open_ticket, publish
from tests.integrations.deliveries import work

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
HOME = "/t/escola/integrations/"
VALID = {"url": "https://example.com/hook", "description": "CRM", "events": ["ticket.created", "ticket.merged"]}


def address(endpoint, rest=""):
    return f"{HOME}{endpoint.pk}/{rest}"


def test_the_empty_page_explains_webhooks(page):
    assert "Set up a webhook" in page.get(HOME).text


def test_managers_find_all_integrations_in_tabs_of_one_page(page, client, team):
    assert page.get("/t/escola/").text.count('href="/t/escola/sources/"') == 3  # also on a phone, and by a key
    places = ["/t/escola/sources/", HOME, "/t/escola/tokens/"]
    for here in places:
        tabs = page.get(here).text.partition('class="tabs"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)"', tabs) == places
        assert re.search(rf'href="{here}"[^>]* aria-current="page"', tabs)
    client.force_login(MembershipFactory(team=team, role=Role.AGENT).user)
    text = client.get("/t/escola/").text
    assert not [here for here in places if f'href="{here}"' in text]


def test_the_light_is_green_once_a_delivery_has_arrived(page, owner_membership):
    found = actions.create_endpoint(
        owner_membership, WebhookEndpoint(url="https://example.com/", events=["ticket.created"])
    )
    delivery = actions.send_test(found)
    assert "nothing has arrived yet" in page.get(HOME).text
    assert "status-light done" not in page.get(HOME).text

    WebhookDelivery.objects.filter(pk=delivery.pk).update(state="delivered", next_attempt_at=None)
    assert "nothing has arrived yet" not in page.get(HOME).text
    assert "status-light done" in page.get(HOME).text


def test_invisible_characters_are_removed_from_a_name(page):
    page.post(f"{HOME}new/", VALID | {"description": "\u202eCRM\u200b"})
    assert WebhookEndpoint.objects.get().description == "CRM"
    page.post(f"{HOME}new/", VALID | {"description": "מערכת"})
    assert "<bdi>מערכת</bdi>" in page.get(HOME).text


def test_every_kind_of_event_can_be_chosen(page):
    text = page.get(f"{HOME}new/").text
    for kind in TicketEvent.Kind:
        assert f'value="{event_name(kind)}"' in text
    assert len(EVENTS) == len(TicketEvent.Kind) + len(OF_LEARNERS)


def test_a_secret_is_shown_once(page, team, owner):
    response = page.post(f"{HOME}new/", VALID)
    assert response.status_code == 302
    response = page.get(response.url)
    made = WebhookEndpoint.objects.get()
    assert (made.team, made.created_by, made.url) == (team, owner, VALID["url"])
    assert made.events == VALID["events"]
    assert made.secret in response.text
    assert "no-store" in response["Cache-Control"]
    assert made.secret not in page.get(address(made)).text

    response = page.post(address(made, "secret/"))
    assert response.status_code == 302
    response = page.get(response.url)
    assert WebhookEndpoint.objects.get().secret in response.text
    assert made.secret not in response.text
    assert "no-store" in response["Cache-Control"]
    assert "Two secrets sign until" in page.get(address(made)).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": ""}, "required"),
        ({"url": "not an address"}, "valid URL"),
        ({"url": "ftp://example.com/"}, "valid URL"),
        ({"url": "javascript:alert(1)"}, "valid URL"),
        ({"url": "http://example.com/"}, "https://"),
        ({"url": "https://me:secret@example.com/"}, "name and password"),
        ({"url": "https://example.com/#part"}, "#"),
        ({"url": "https://example.com/" + "x" * 500}, "at most 500"),
        ({"url": "https://127.0.0.1/"}, "public internet"),
        ({"url": "https://[::1]/"}, "public internet"),
        ({"url": "https://localhost/"}, "public internet"),
        ({"url": "https://169.254.169.254/latest"}, "public internet"),
        ({"url": "https://example.com:0/"}, "cannot be reached"),
        ({"url": "https://example.com:65536/"}, "cannot be reached"),
        ({"url": "https://example.com:99999/"}, "cannot be reached"),
        ({"url": "https://[2001:db8::1]:65536/"}, "cannot be reached"),
        ({"url": "https://example.com:000000080/"}, "valid URL"),
        ({"url": "https://" + "ж" * 60 + ".com/"}, "cannot be reached"),
        ({"url": "https://" + "x" * 64 + ".com/"}, "valid URL"),
        ({"url": "https://" + "x.ж." * 40 + "com/"}, "cannot be reached"),
        ({"url": "https:///hook"}, "valid URL"),
        ({"url": "https://:443/hook"}, "valid URL"),
        ({"url": "https://@example.com/"}, "valid URL"),
        ({"url": "https://:@example.com/"}, "valid URL"),
        ({"url": "https://receiver.invalid/"}, "public internet"),
        ({"url": "https://receiver.local/"}, "public internet"),
        ({"url": "https://LOCALHOST./"}, "valid URL"),
        ({"url": "https://example.com/\0"}, "Null characters"),
        ({"description": "x" * 101}, "at most 100"),
        ({"events": []}, "at least one event"),
        ({"events": ["ticket.eaten"]}, "Select a valid choice"),
    ],
)
def test_an_invalid_webhook_is_refused_and_shown_as_typed(page, settings, endpoint, changes, words):
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = False
    data = VALID | changes
    for where in (f"{HOME}new/", address(endpoint, "settings/")):
        response = page.post(where, data)
        assert response.status_code == 422
        assert words in response.text
        assert f'value="{data["description"]}"' in response.text
    assert WebhookEndpoint.objects.get().url == endpoint.url


@pytest.mark.parametrize("port", [1, 443, 65535])
def test_every_valid_port_is_accepted(page, port):
    assert page.post(f"{HOME}new/", VALID | {"url": f"https://example.com:{port}/"}).status_code == 302


def test_private_addresses_are_accepted_if_the_operator_allows_them(page):
    assert page.post(f"{HOME}new/", VALID | {"url": "http://127.0.0.1:8000/"}).status_code == 302


def test_the_number_of_webhooks_is_limited(page, team, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ENDPOINTS", 1)
    assert page.post(f"{HOME}new/", VALID).status_code == 302
    response = page.post(f"{HOME}new/", VALID)
    assert response.status_code == 422
    assert "at most 1 webhooks" in response.text


def test_a_webhook_can_be_changed(page, endpoint):
    page.post(address(endpoint, "settings/"), VALID)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description, endpoint.events) == tuple(VALID.values())


def test_a_change_keeps_a_concurrently_rotated_secret(endpoint):
    seen = WebhookEndpoint.objects.get(pk=endpoint.pk)
    actions.rotate_secret(endpoint)
    seen.description = "CRM"
    actions.change_endpoint(seen, ["description"])
    seen.refresh_from_db()
    assert (seen.description, seen.secret) == ("CRM", endpoint.secret)


def test_a_webhook_can_be_switched_off_and_on(page, endpoint):
    assert "Nothing is sent" in page.post(address(endpoint, "switch-off/"), follow=True).text
    refused = page.post(address(endpoint, "test/"), follow=True)
    assert "Turn it on first" in refused.text
    assert "Nothing is sent" not in page.post(address(endpoint, "switch-on/"), follow=True).text


def test_a_webhook_can_be_deleted(page, endpoint):
    assert "deleted" in page.post(address(endpoint, "delete/"), follow=True).text
    assert not WebhookEndpoint.objects.exists()


def test_a_test_event_shows_its_result(page, endpoint, receiver):
    response = page.post(address(endpoint, "test/"), follow=True)
    assert "Not tried yet" in response.text
    assert 'hx-trigger="every 2s"' in response.text
    work()
    text = page.get(response.redirect_chain[-1][0]).text
    assert "every 2s" not in text
    assert "It arrived" in text
    assert "thanks" in text
    assert "webhook-signature: v1," in text


def test_a_response_is_escaped(page, endpoint, receiver, team):
    receiver.status, receiver.answer = 500, b"<script>alert(1)</script>"
    open_ticket(team)
    work()
    text = page.get(address(endpoint, f"deliveries/{WebhookDelivery.objects.get().pk}/")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "Trying again" in text
    assert "Nothing has arrived since" in page.get(address(endpoint)).text
    assert "Failing" in page.get(HOME).text


def test_a_failed_delivery_can_be_resent(page, endpoint, receiver, team):
    receiver.status = 500
    open_ticket(team)
    work()
    WebhookDelivery.objects.update(state="failed", next_attempt_at=None)
    receiver.status = 200
    page.post(address(endpoint, f"deliveries/{WebhookDelivery.objects.get().pk}/resend/"))
    work()
    assert WebhookDelivery.objects.get().state == "delivered"


def fill(endpoint, count, **fields):
    now = timezone.now() - timedelta(hours=1)
    values = {"team": endpoint.team, "endpoint": endpoint, "event": "ticket.created", "body": "{}"} | fields
    WebhookDelivery.objects.bulk_create(WebhookDelivery(created_at=now, **values) for _ in range(count))


def test_the_log_can_be_filtered_and_is_paginated(page, endpoint):
    fill(endpoint, PAGE_SIZE + 1)
    fill(endpoint, 2, state="delivered", next_attempt_at=None)
    first = page.get(address(endpoint))
    assert [row.state for row in first.context["deliveries"][:3]] == ["delivered", "delivered", "pending"]
    second = page.get(address(endpoint), {"before": first.context["older_than"]})
    assert len(second.context["deliveries"]) == 3
    assert second.context["older_than"] == ""
    shown = page.get(address(endpoint), {"state": "delivered"})
    assert len(shown.context["deliveries"]) == 2


@pytest.mark.parametrize("query", [{"state": ""}, {"before": "x"}, {"before": "9" * 30}, {"before": "²"}])
def test_an_invalid_address_still_shows_the_log(page, endpoint, query):
    fill(endpoint, 1)
    assert len(page.get(address(endpoint), query).context["deliveries"]) == 1


@pytest.mark.parametrize("query", ["state=x", "state=%E2%80%8B", "state=%20", "state=pending&state=delivered"])
def test_an_invalid_state_matches_nothing(page, endpoint, query):
    fill(endpoint, 1)
    response = page.get(address(endpoint, f"?{query}"), headers={"accept-language": "en"})
    assert response.context["deliveries"] == []
    assert "nothing matches it" in response.text


def test_the_log_takes_the_same_number_of_queries_for_many(page, endpoint, team, django_assert_num_queries):
    open_ticket(team)
    publish()
    page.get(address(endpoint))
    with django_assert_num_queries(11) as few:
        page.get(address(endpoint))
    for _ in range(5):
        open_ticket(team)
    publish()
    with django_assert_num_queries(len(few)):
        page.get(address(endpoint))


def test_deliveries_of_one_webhook_are_not_found_under_another(page, endpoint, team):
    open_ticket(team)
    publish()
    other = WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    pk = WebhookDelivery.objects.get().pk
    assert page.get(address(other, f"deliveries/{pk}/")).status_code == 404
    assert page.post(address(other, f"deliveries/{pk}/resend/")).status_code == 404
