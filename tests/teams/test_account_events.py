"""The recorded events of accounts."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.teams.account_events import hash_unknown
from helpdesk.teams.actions import invite
from helpdesk.teams.models import AccountEvent, User
from helpdesk.teams.tasks import forget_account_events
from tests.factories import MembershipFactory
from tests.teams.accounts import PASSWORD, is_in, log_in, request_new_address

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "192.0.2.7", "198.51.100.1"),
        (1, "192.0.2.66, 192.0.2.7", "192.0.2.7"),
        (2, "192.0.2.66, 192.0.2.7, 192.0.2.8", "192.0.2.7"),
        (2, "192.0.2.7", "198.51.100.1"),
        (1, "nonsense", "198.51.100.1"),
        (1, "192.0.2.7:4711", "192.0.2.7"),
        (1, "[2001:db8:0:7::9]:4711", "2001:db8:0:7::"),
    ],
)
def test_the_recorded_address_comes_from_trusted_proxies(user, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    client = Client(REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR=forwarded)
    log_in(client=client)
    assert user.account_events.get(kind=Kind.LOGGED_IN).address == expected


def test_logins_are_recorded_and_reported_if_from_a_new_address(user):
    log_in()
    log_in()
    assert not mail.outbox
    log_in(address="203.0.113.9")
    assert user.account_events.filter(kind=Kind.LOGGED_IN).count() == 3
    assert mail.outbox[0].to == [user.email]
    assert "203.0.113.9" in mail.outbox[0].body


def test_events_are_deleted_after_two_years(user):
    log_in()
    old = user.account_events.get(kind=Kind.ACCOUNT_CREATED)
    AccountEvent.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=731))
    forget_account_events(0)
    assert [event.kind for event in user.account_events.all()] == [Kind.LOGGED_IN]


@pytest.mark.parametrize("way", ["createsuperuser", "create_team", "shell", "admin", "invitation"])
def test_every_way_of_creating_an_account_is_recorded_once(way, team, client, monkeypatch):
    monkeypatch.setattr("sys.argv", ["/srv/helpdesk/manage.py", way, "--owner-password", PASSWORD])
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    if way == "createsuperuser":
        call_command(way, email="bia@example.com", interactive=False)
    elif way == "create_team":
        call_command(way, "Escola", owner_email="bia@example.com", owner_password=PASSWORD)
    elif way == "shell":
        User.objects.create_user("bia@example.com", PASSWORD)
    elif way == "admin":
        client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        data = {"email": "bia@example.com", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        client.post("/admin/teams/user/add/", data, headers={"user-agent": "Firefox"})
    else:
        _invitation, token = invite(MembershipFactory(team=team, role="owner"), "bia@example.com", "agent")
        data = {"name": "Bia", "password": PASSWORD}
        client.post(f"/invitations/{token}/", data, headers={"user-agent": "Firefox"})
    made = AccountEvent.objects.get(email="bia@example.com", kind=Kind.ACCOUNT_CREATED)
    assert made.user_agent == ("Firefox" if way in {"admin", "invitation"} else f"manage.py {way}")
    assert not AccountEvent.objects.filter(email="bia@example.com", kind=Kind.PASSWORD_CHANGED)
    assert [email.subject.partition(":")[0] for email in mail.outbox] == (
        ["Boas-vindas ao Helpdesk"] if way == "create_team" else []
    )


def test_a_requested_address_is_recorded_and_ends_no_session(user):
    client, _ = log_in()
    elsewhere, _ = log_in()
    request_new_address(client, "nova@example.com")
    asked = user.account_events.get(kind=Kind.EMAIL_CHANGE_REQUESTED)
    assert (asked.email, asked.address) == ("nova@example.com", "198.51.100.1")
    assert not user.account_events.filter(kind=Kind.EMAIL_CHANGED)
    assert is_in(elsewhere)


def test_an_unknown_address_is_stored_only_as_hash(client, agent):
    address = reverse("account_login")
    client.post(address, {"login": "secreta@example.com", "password": "wrong"})
    client.post(address, {"login": agent.email, "password": "wrong"})
    unknown, known = AccountEvent.objects.filter(kind="login_failed").order_by("pk")
    assert (unknown.user, unknown.email) == (None, hash_unknown("secreta@example.com"))
    assert "secreta" not in unknown.email
    assert (known.user, known.email) == (agent, agent.email)


def test_unhashed_unknown_addresses_are_hashed_at_night(agent, monkeypatch):
    monkeypatch.setattr("helpdesk.teams.account_events.HASHED_AT_ONCE", 2)
    for email, user in [*((f"secreta{n}@example.com", None) for n in range(5)), (agent.email, agent)]:
        AccountEvent.objects.create(user=user, email=email, kind="login_failed", address="192.0.2.7")
    forget_account_events(0)
    hashed = AccountEvent.objects.filter(user=None).order_by("pk").values_list("email", flat=True)
    assert list(hashed) == [hash_unknown(f"secreta{n}@example.com") for n in range(5)]
    assert set(AccountEvent.objects.filter(user=agent).values_list("email", flat=True)) == {agent.email}


def test_events_of_accounts_are_deleted_after_two_years_and_others_after_half_a_year(agent):
    for days in (731, 729, 181, 179):
        for user in (agent, None):
            AccountEvent.objects.create(
                user=user,
                email=str(days),
                kind="login_failed",
                address="192.0.2.7",
                created_at=timezone.now() - timedelta(days=days),
            )
    forget_account_events(0)
    assert set(AccountEvent.objects.filter(user=agent, kind="login_failed").values_list("email", flat=True)) == {
        "729",
        "181",
        "179",
    }
    assert set(AccountEvent.objects.filter(user=None).values_list("email", flat=True)) == {"179"}
