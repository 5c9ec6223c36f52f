"""The pages on which a team sets webhooks up, looks at what was sent, and mends what fails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.integrations import actions
from helpdesk.integrations.events import EVENTS
from helpdesk.integrations.models import Subscription, SubscriptionDelivery
from helpdesk.integrations.views import PAGE_SIZE
from helpdesk.teams.roles import Role
from helpdesk.tickets.models import TicketEvent
from tests.factories import MembershipFactory, open_ticket, publish
from tests.integrations.conftest import work

pytestmark = pytest.mark.django_db
HOME = "/t/escola/integrations/"
VALID = {"url": "https://example.com/hook", "description": "CRM", "events": ["ticket.created", "ticket.merged"]}


@pytest.fixture
def page(client, owner):
    client.force_login(owner.user)
    return client


def address(subscription, rest=""):
    return f"{HOME}{subscription.pk}/{rest}"


def test_the_empty_page_says_what_a_webhook_is_for(page):
    assert "Set up a webhook" in page.get(HOME).text


def test_the_side_bar_leads_managers_there(page, client, team):
    assert f'href="{HOME}"' in page.get("/t/escola/").text
    client.force_login(MembershipFactory(team=team, role=Role.AGENT).user)
    assert f'href="{HOME}"' not in client.get("/t/escola/").text


def test_every_kind_of_event_can_be_chosen(page):
    text = page.get(f"{HOME}new/").text
    for kind in TicketEvent.Kind:
        assert f'value="ticket.{kind}"' in text
    assert len(EVENTS) == len(TicketEvent.Kind)


def test_a_secret_is_shown_once(page, team, owner):
    response = page.post(f"{HOME}new/", VALID)
    assert response.status_code == 302
    response = page.get(response.url)
    made = Subscription.objects.get()
    assert (made.team, made.created_by, made.url) == (team, owner.user, VALID["url"])
    assert made.events == VALID["events"]
    assert made.secret in response.text
    assert "no-store" in response["Cache-Control"]
    assert made.secret not in page.get(address(made)).text

    response = page.post(address(made, "secret/"))
    assert response.status_code == 302
    response = page.get(response.url)
    assert Subscription.objects.get().secret in response.text
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
        ({"url": "https://example.com:0/"}, "can be reached"),
        ({"url": "https://example.com:65536/"}, "can be reached"),
        ({"url": "https://example.com:99999/"}, "can be reached"),
        ({"url": "https://[2001:db8::1]:65536/"}, "can be reached"),
        ({"url": "https://example.com:000000080/"}, "valid URL"),
        ({"url": "https://" + "ж" * 60 + ".com/"}, "can be reached"),
        ({"url": "https://" + "x" * 64 + ".com/"}, "valid URL"),
        ({"url": "https://" + "x.ж." * 40 + "com/"}, "can be reached"),
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
def test_what_makes_no_sense_is_said_and_nothing_is_lost(page, settings, subscription, changes, words):
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = False
    data = VALID | changes
    for where in (f"{HOME}new/", address(subscription, "settings/")):
        response = page.post(where, data)
        assert response.status_code == 422
        assert words in response.text
        assert f'value="{data["description"]}"' in response.text
    assert Subscription.objects.get().url == subscription.url


@pytest.mark.parametrize("port", [1, 443, 65535])
def test_every_port_that_there_is_is_taken(page, port):
    assert page.post(f"{HOME}new/", VALID | {"url": f"https://example.com:{port}/"}).status_code == 302


def test_private_addresses_are_taken_where_the_operator_allows_them(page):
    assert page.post(f"{HOME}new/", VALID | {"url": "http://127.0.0.1:8000/"}).status_code == 302


def test_a_team_has_twenty_at_most(page, team, monkeypatch):
    monkeypatch.setattr(actions, "MOST_SUBSCRIPTIONS", 1)
    assert page.post(f"{HOME}new/", VALID).status_code == 302
    response = page.post(f"{HOME}new/", VALID)
    assert response.status_code == 422
    assert "at most 1 webhooks" in response.text


def test_it_is_changed(page, subscription):
    page.post(address(subscription, "settings/"), VALID)
    subscription.refresh_from_db()
    assert (subscription.url, subscription.description, subscription.events) == tuple(VALID.values())


def test_it_is_switched_off_and_on(page, subscription):
    assert "Nothing is sent" in page.post(address(subscription, "switch-off/"), follow=True).text
    refused = page.post(address(subscription, "test/"), follow=True)
    assert "Switch it on first" in refused.text
    assert "Nothing is sent" not in page.post(address(subscription, "switch-on/"), follow=True).text


def test_it_is_deleted(page, subscription):
    assert "deleted" in page.post(address(subscription, "delete/"), follow=True).text
    assert not Subscription.objects.exists()


def test_a_test_event_shows_what_came_of_it(page, subscription, receiver):
    response = page.post(address(subscription, "test/"), follow=True)
    assert "It was not tried yet" in response.text
    assert 'hx-trigger="every 2s"' in response.text
    work()
    text = page.get(response.redirect_chain[-1][0]).text
    assert "every 2s" not in text
    assert "It arrived" in text
    assert "thanks" in text
    assert "webhook-signature: v1," in text


def test_an_answer_is_shown_as_text(page, subscription, receiver, team):
    receiver.status, receiver.answer = 500, b"<script>alert(1)</script>"
    open_ticket(team)
    work()
    text = page.get(address(subscription, f"deliveries/{SubscriptionDelivery.objects.get().pk}/")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "Trying again" in text
    assert "Nothing has arrived since" in page.get(address(subscription)).text
    assert "Failing" in page.get(HOME).text


def test_what_failed_is_sent_again_by_hand(page, subscription, receiver, team):
    receiver.status = 500
    open_ticket(team)
    work()
    SubscriptionDelivery.objects.update(state="failed", next_attempt_at=None)
    receiver.status = 200
    page.post(address(subscription, f"deliveries/{SubscriptionDelivery.objects.get().pk}/resend/"))
    work()
    assert SubscriptionDelivery.objects.get().state == "delivered"


def fill(subscription, count, **fields):
    now = timezone.now() - timedelta(hours=1)
    values = {"team": subscription.team, "subscription": subscription, "event": "ticket.created", "body": "{}"} | fields
    SubscriptionDelivery.objects.bulk_create(SubscriptionDelivery(created_at=now, **values) for _ in range(count))


def test_the_log_is_filtered_and_paged(page, subscription):
    fill(subscription, PAGE_SIZE + 1)
    fill(subscription, 2, state="delivered", next_attempt_at=None)
    first = page.get(address(subscription))
    assert [row.state for row in first.context["deliveries"][:3]] == ["delivered", "delivered", "pending"]
    second = page.get(address(subscription), {"before": first.context["older_than"]})
    assert len(second.context["deliveries"]) == 3
    assert second.context["older_than"] is None
    shown = page.get(address(subscription), {"state": "delivered"})
    assert len(shown.context["deliveries"]) == 2


@pytest.mark.parametrize("query", [{"state": ""}, {"before": "x"}, {"before": "9" * 30}, {"before": "²"}])
def test_an_address_that_makes_no_sense_shows_the_log_all_the_same(page, subscription, query):
    fill(subscription, 1)
    assert len(page.get(address(subscription), query).context["deliveries"]) == 1


@pytest.mark.parametrize("query", ["state=x", "state=%E2%80%8B", "state=%20", "state=pending&state=delivered"])
def test_a_state_that_is_none_narrows_the_log_to_nothing(page, subscription, query):
    fill(subscription, 1)
    response = page.get(address(subscription, f"?{query}"), headers={"accept-language": "en"})
    assert response.context["deliveries"] == []
    assert "nothing answers to it" in response.text


def test_the_log_takes_the_same_queries_for_many(page, subscription, team, django_assert_num_queries):
    open_ticket(team)
    publish()
    page.get(address(subscription))
    with django_assert_num_queries(10) as few:
        page.get(address(subscription))
    for _ in range(5):
        open_ticket(team)
    publish()
    with django_assert_num_queries(len(few)):
        page.get(address(subscription))


def test_the_deliveries_of_one_are_not_shown_under_another(page, subscription, team):
    open_ticket(team)
    publish()
    other = Subscription.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    pk = SubscriptionDelivery.objects.get().pk
    assert page.get(address(other, f"deliveries/{pk}/")).status_code == 404
    assert page.post(address(other, f"deliveries/{pk}/resend/")).status_code == 404
