"""Turning notifications on and off in a browser, and what ends them."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from helpdesk.notifications.models import PushKey, PushSubscription
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.notifications.push.subscriptions import MOST
from helpdesk.teams.leaving import revoke_orphaned_grants
from tests.factories import MembershipFactory, TeamFactory
from tests.notifications.browser import Browser

pytestmark = pytest.mark.django_db
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def push_browser():
    return Browser("https://push.example.com/wpush/one")


@pytest.fixture
def here(page, push_browser):
    """The agent's browser, which receives notifications."""
    assert page.post("/account/push/", push_browser.fields, headers={"user-agent": CHROME}).status_code == 204
    return page


def test_a_browser_gets_the_public_key_of_the_installation(page):
    PushKey.objects.all().delete()
    assert page.get("/account/push/").status_code == 404
    ensure_push_key()
    assert page.get("/account/push/").json() == {"key": PushKey.objects.get().public_key}


def test_the_account_lists_subscriptions_and_can_end_them(here, agent):
    other = PushSubscription.objects.create(user=agent, **Browser("https://push.example.com/2").fields)
    text = here.get("/account/").text
    assert "data-push-here" in text
    assert f"/account/push/{other.pk}/end/" in text
    subscription = agent.push_subscriptions.get(browser="Chrome · Android")
    assert here.post(f"/account/push/{subscription.pk}/end/").url == "/account/#push"
    assert list(agent.push_subscriptions.all()) == [other]
    assert "data-push-here" not in here.get("/account/").text


def test_another_persons_subscription_cannot_be_ended(here, agent, team):
    other = MembershipFactory(team=team).user
    theirs = PushSubscription.objects.create(user=other, **Browser("https://push.example.com/2").fields)
    here.post(f"/account/push/{theirs.pk}/end/")
    assert other.push_subscriptions.exists()


def test_a_browser_has_one_subscription_of_the_last_person(here, agent, push_browser, client, team):
    here.post("/account/push/", push_browser.fields)
    assert PushSubscription.objects.get().user == agent
    other = MembershipFactory(team=team).user
    client.force_login(other)
    client.post("/account/push/", push_browser.fields)
    assert PushSubscription.objects.get().user == other


def test_the_oldest_of_too_many_subscriptions_are_deleted(page, agent):
    for number in range(MOST + 2):
        page.post("/account/push/", Browser(f"https://push.example.com/{number}").fields)
    addresses = [each.endpoint for each in agent.push_subscriptions.all()]
    assert addresses == [f"https://push.example.com/{number}" for number in range(2, MOST + 2)]


BAD = {
    "no address": {"endpoint": ""},
    "not encrypted": {"endpoint": "http://push.example.com/1"},
    "inside": {"endpoint": "https://10.0.0.1/1"},
    "this machine": {"endpoint": "https://localhost/1"},
    "no URL": {"endpoint": "javascript:alert(1)"},
    "too long": {"endpoint": "https://push.example.com/" + "x" * 1000},
    "a NUL": {"endpoint": "https://push.example.com/\0"},
    "no key": {"public_key": ""},
    "a key of letters": {"public_key": "ç" * 87},
    "a key that is too short": {"public_key": "BAAA"},
    "a key off the curve": {"public_key": "B" + "A" * 86},
    "a long key": {"public_key": "B" * 5000},
    "no secret": {"secret": ""},
    "a short secret": {"secret": "AAAA"},
    "a secret of letters": {"secret": "çççççççççççççççççççççç"},
}


@pytest.mark.parametrize("name", BAD)
def test_an_invalid_subscription_is_refused(page, push_browser, name):
    answer = page.post("/account/push/", push_browser.fields | BAD[name])
    assert answer.status_code == 422
    assert answer.text
    assert not PushSubscription.objects.exists()


def test_logging_out_ends_only_this_browsers_subscription(here, agent):
    other = PushSubscription.objects.create(user=agent, **Browser("https://push.example.com/2").fields)
    here.post("/accounts/logout/")
    assert list(PushSubscription.objects.all()) == [other]


def test_logging_out_of_the_admin_ends_it_too(here, agent):
    get_user_model().objects.filter(pk=agent.pk).update(is_staff=True)
    here.post("/admin/logout/")
    assert not PushSubscription.objects.exists()


def test_a_new_password_ends_subscriptions_of_other_sessions(page, agent, push_browser):
    agent.set_password("uma-senha-comprida")
    agent.save()
    page.force_login(agent)
    page.post("/account/push/", push_browser.fields)
    kept = agent.push_subscriptions.get()
    PushSubscription.objects.create(user=agent, **Browser("https://push.example.com/2").fields)
    page.post(
        "/accounts/password/change/",
        {"oldpassword": "uma-senha-comprida", "password1": "outra-senha-longa", "password2": "outra-senha-longa"},
    )
    assert list(agent.push_subscriptions.all()) == [kept]


def test_after_a_new_login_the_subscription_belongs_to_that_session(here, agent, push_browser):
    here.force_login(agent)
    session = here.session
    session.pop("push_subscription", None)
    session.save()
    assert here.post("/account/push/", {"endpoint": push_browser.endpoint, "renew": "1"}).status_code == 204
    here.post("/accounts/logout/")
    assert not PushSubscription.objects.exists()
    here.force_login(agent)
    assert here.post("/account/push/", {"endpoint": push_browser.endpoint, "renew": "1"}).status_code == 410


def test_subscriptions_of_people_without_a_team_are_deleted(here, agent):
    other_team = MembershipFactory(user=agent, team=TeamFactory())
    agent.memberships.exclude(pk=other_team.pk).delete()
    revoke_orphaned_grants(None)
    assert PushSubscription.objects.exists()
    other_team.delete()
    revoke_orphaned_grants(None)
    assert not PushSubscription.objects.exists()


def test_subscriptions_of_deactivated_people_are_deleted(here, agent):
    get_user_model().objects.filter(pk=agent.pk).update(is_active=False)
    revoke_orphaned_grants(None)
    assert not PushSubscription.objects.exists()


def test_notifications_and_emails_are_chosen_separately(page, agent):
    member = agent.memberships.get()
    page.post(
        "/account/",
        {"name": "Ana", f"team-{member.pk}-notify_new_request": "on", f"team-{member.pk}-push_assigned": "on"},
    )
    member.refresh_from_db()
    assert (member.notify_new_request, member.notify_assigned, member.notify_asked_again) == (True, False, False)
    assert (member.push_new_request, member.push_assigned, member.push_asked_again) == (False, True, False)


def test_the_operator_sees_subscriptions_without_secrets(here, agent, client):
    subscription = agent.push_subscriptions.get()
    client.force_login(get_user_model().objects.create_superuser("root@example.com", "x"))
    assert "Chrome · Android" in client.get("/admin/notifications/pushsubscription/").text
    text = client.get(f"/admin/notifications/pushsubscription/{subscription.pk}/change/").text
    assert "push.example.com" in text
    assert "wpush" not in text
    assert subscription.public_key not in text
    assert subscription.secret not in text


def test_staff_see_only_subscriptions_of_their_own_teams(here, agent, client):
    staff = MembershipFactory(team=TeamFactory()).user
    get_user_model().objects.filter(pk=staff.pk).update(is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_pushsubscription"))
    client.force_login(staff)
    assert "Chrome" not in client.get("/admin/notifications/pushsubscription/").text
    MembershipFactory(user=staff, team=agent.memberships.get().team)
    assert "Chrome" in client.get("/admin/notifications/pushsubscription/").text
