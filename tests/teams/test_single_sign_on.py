"""Logging in by the installation's OpenID Connect provider."""

import subprocess
import sys
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as installation
from django.core import mail
from django.utils import timezone

from helpdesk.operations.doctor.findings import Level
from helpdesk.teams.doctor import check_single_sign_on
from helpdesk.teams.models import AccountEvent, Invitation, Membership, User
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.teams.accounts import (
    PASSWORD,
    ask_for_reset,
    browser,
    is_in,
    link_in,
    log_in,
    reset_password,
    set_up_two_factor_login,
)
from tests.teams.single_sign_on import CALLBACK, LOGIN, connect, invite, sign_on

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind


def test_a_person_with_an_account_logs_in_and_is_notified(user, provider):
    assert "Log in with Escola SSO" in browser().get("/accounts/login/").text
    client, answer = sign_on(provider, next="/account/")
    assert answer["Location"] == "/account/"
    assert is_in(client)
    assert SocialAccount.objects.get().user == user
    kinds = set(user.account_events.values_list("kind", flat=True))
    assert {Kind.SINGLE_SIGN_ON_CONNECTED, Kind.LOGGED_IN} <= kinds
    assert "Escola SSO" in mail.outbox[-1].body
    assert User.objects.get(pk=user.pk).has_usable_password()  # it works beside


def test_a_connected_person_is_recognized_whatever_their_address(user, provider):
    sign_on(provider)
    provider.claims |= {"email": "outra@example.com", "email_verified": False}
    assert is_in(sign_on(provider)[0])


def test_only_the_id_of_the_providers_claims_is_stored(user, provider):
    provider.claims["picture"] = "https://example.com/ana.png"
    for _again in range(2):
        sign_on(provider)
        assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize("verified", [False, "false", None, 1.5, []])
def test_an_unverified_address_is_refused(user, provider, verified):
    provider.claims["email_verified"] = verified
    client, answer = sign_on(provider)
    assert not is_in(client)
    assert "Accounts are by invitation only" in answer.text
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(("domains", "gets_in"), [(["example.com"], True), (["other.example"], False)])
def test_addresses_in_configured_domains_count_as_verified(user, provider, settings, domains, gets_in):
    settings.OIDC_VERIFIED_DOMAINS = domains
    del provider.claims["email_verified"]
    assert is_in(sign_on(provider)[0]) == gets_in


def test_a_deactivated_person_is_refused(user, provider):
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(sign_on(provider)[0])


def test_the_second_factor_is_still_required(user, provider):
    set_up_two_factor_login(log_in()[0])
    client, answer = sign_on(provider)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(client)


def test_an_uninvited_person_gets_no_account(provider):
    provider.claims["email"] = "nova@example.com"
    client, answer = sign_on(provider)
    assert "Accounts are by invitation only" in answer.text
    assert client.get("/accounts/3rdparty/signup/", follow=True).redirect_chain
    assert not User.objects.exists()


def test_an_invited_person_gets_an_account_without_a_password(provider):
    team, page = invite()
    assert "Continue with Escola SSO" in browser().get(page).text
    provider.claims |= {"email": "Nova@Example.com", "name": "Nova  Pessoa"}
    client, answer = sign_on(provider, next=page)
    assert answer["Location"] == page
    user = User.objects.get(email="nova@example.com")
    assert user.name == "Nova Pessoa"
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).count() == 1
    assert client.post(page)["Location"] == f"/t/{team.slug}/"
    assert Membership.objects.get(user=user).role == Role.AGENT


@pytest.mark.parametrize("case", ["not verified", "expired"])
def test_an_invitation_needs_a_verified_address_and_expires(provider, case):
    invite()
    provider.claims["email"] = "nova@example.com"
    if case == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    else:
        provider.claims["email_verified"] = False
    sign_on(provider)
    assert not User.objects.filter(email="nova@example.com").exists()


def test_without_password_login_only_the_provider_works(user, provider, settings):
    settings.PASSWORD_LOGIN = False
    page = browser().get("/accounts/login/").text
    assert "Log in with Escola SSO" in page
    assert 'type="password"' not in page
    client, answer = log_in()
    assert not is_in(client)
    assert "Password login is disabled here." in answer.text
    _team, invitation = invite()
    assert 'type="password"' not in browser().get(invitation).text
    form = {"name": "Nova", "password": PASSWORD}
    assert browser().post(invitation, form).status_code == 422
    assert not User.objects.filter(email="nova@example.com").exists()
    assert is_in(sign_on(provider)[0])


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/password/reset/done/"])
def test_without_password_login_no_password_can_be_reset(user, provider, settings, path):
    settings.PASSWORD_LOGIN = False
    page = browser().get(path, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/login/"
    assert "You log in with Escola SSO here: there is no password to reset." in page.text
    assert ask_for_reset(user.email)["Location"] == "/accounts/login/"
    assert mail.outbox == []


def test_a_first_password_is_reported_as_set(user, provider):
    user.set_unusable_password()
    user.save()
    reset_password(user)
    assert mail.outbox[-1].subject == "Your password was set"
    reset_password(user, PASSWORD)
    assert mail.outbox[-1].subject == "Your password was reset"


def test_an_account_can_be_connected_and_disconnected(user, provider):
    provider.claims |= {"email": "ana@school.example", "sub": "1"}
    client, _ = log_in()
    assert "Connect with Escola SSO" in client.get("/accounts/3rdparty/").text
    connect(provider, client)
    account = SocialAccount.objects.get()
    assert account.user == user
    assert "You log in with Escola SSO" in client.get("/accounts/3rdparty/").text
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert Kind.SINGLE_SIGN_ON_DISCONNECTED in user.account_events.values_list("kind", flat=True)
    assert not is_in(sign_on(provider)[0])


def test_the_only_way_to_log_in_cannot_be_disconnected(user, provider):
    client, _ = sign_on(provider)
    User.objects.filter(pk=user.pk).update(password="!")
    client, _ = sign_on(provider)
    shown = client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert "You have no password." in shown.text
    assert SocialAccount.objects.exists()


def test_another_persons_connection_cannot_be_removed(user, provider):
    sign_on(provider)
    other = MembershipFactory().user
    other.set_password(PASSWORD)
    other.save()
    client, _ = log_in(other.email)
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists()


def test_a_provider_account_belongs_to_one_person(user, provider):
    sign_on(provider)
    other = MembershipFactory().user
    other.set_password(PASSWORD)
    other.save()
    client, _ = log_in(other.email)
    connect(provider, client)
    assert SocialAccount.objects.get().user == user


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"error": "access_denied"}, {"code": "x", "state": "x" * 5000}])
def test_an_unrequested_callback_logs_nobody_in(user, provider, query):
    client = browser()
    assert client.get(CALLBACK, query, follow=True).status_code in {200, 401}
    assert not is_in(client)


def test_a_failing_provider_is_reported(user, provider):
    client = browser()
    away = client.get(LOGIN)
    back = provider.authorize(away["Location"])
    provider.broken = True
    answer = client.get(CALLBACK, back)
    assert "The login did not work" in answer.text
    assert not is_in(client)
    assert "The login did not work" in browser().get(LOGIN).text


def test_without_a_provider_its_pages_are_404(user):
    assert browser().get(LOGIN).status_code == 404
    assert browser().get(CALLBACK).status_code == 404
    assert "/accounts/oidc/" not in browser().get("/accounts/login/").text


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_redirects_only_to_our_own_pages(user, provider, next_page):
    _client, answer = sign_on(provider, next=next_page)
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PASSWORD_LOGIN": "false"}, "Set OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://sso.example.com"}, "Set OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "http://sso.example.com", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}, "https://"),
    ],
)
def test_an_incomplete_configuration_is_refused_at_startup(monkeypatch, variables, told):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, str(installation.BASE_DIR / "manage.py"), "check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert told in done.stderr


def test_a_person_without_a_password_can_set_one(provider):
    invite()
    provider.claims["email"] = "nova@example.com"
    sign_on(provider)
    ask_for_reset("nova@example.com")
    assert link_in(mail.outbox[-1])


def test_the_doctor_checks_the_provider(provider, settings):
    (fine,) = check_single_sign_on()
    assert fine.level == Level.OK
    provider.broken = True
    (broken,) = check_single_sign_on()
    assert broken.level == Level.FAIL
    assert provider.issuer in broken.to_do
    settings.OIDC_ISSUER = ""
    assert list(check_single_sign_on()) == []
