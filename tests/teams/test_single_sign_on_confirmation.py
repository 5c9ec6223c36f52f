"""Saying once more who one is, by the login provider."""

import time

import pytest
from allauth.account.models import EmailAddress

from helpdesk.teams.models import Membership, User
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.teams.accounts import (
    PASSWORD,
    log_in,
    make_stale,
)
from tests.teams.single_sign_on import CALLBACK, LOGIN, sign_on

pytestmark = pytest.mark.django_db


class TestReauthentication:
    """A user without a password is sent to the provider again."""

    @pytest.fixture
    def client(self, user, provider):
        """A browser in which an owner without a password logged in by the provider, some time ago."""
        Membership.objects.filter(user=user).update(role=Role.OWNER)
        User.objects.filter(pk=user.pk).update(password="!")
        client, _answer = sign_on(provider)
        make_stale(client)
        return client

    @pytest.fixture
    def security_page(self, user):
        return f"/t/{user.memberships.get().team.slug}/team/security/"

    def away(self, client, page):
        """Where the page leads: by our own address to the provider."""
        ours = client.get(page)
        assert ours["Location"].startswith("/accounts/oidc/sso/confirm/?next=")
        return client.get(ours["Location"])["Location"]

    def test_the_provider_is_asked_to_reauthenticate_and_the_page_opens(self, client, provider, security_page):
        address = self.away(client, security_page)
        provider.claims["auth_time"] = int(time.time())
        answer = client.get(CALLBACK, provider.authorize(address))
        assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
        assert answer["Location"] == security_page
        assert client.get(security_page).status_code == 200

    def test_a_form_is_restored(self, client, provider, security_page):
        ours = client.post(security_page, {"two_factor_for": "", "session_days": "7", "session_idle_hours": ""})
        answer = client.get(CALLBACK, provider.authorize(client.get(ours["Location"])["Location"]))
        assert 'value="7"' in client.get(answer["Location"]).text

    @pytest.mark.parametrize("auth_time", [0, -3600])
    def test_an_old_login_at_the_provider_confirms_nothing(self, client, provider, security_page, auth_time):
        address = self.away(client, security_page)
        provider.claims["auth_time"] = auth_time or int(time.time()) - 120
        answer = client.get(CALLBACK, provider.authorize(address))
        assert answer["Location"] == "/account/"
        assert "You were not asked to identify yourself there." in client.get("/account/").text
        assert client.get(security_page).status_code == 302

    @pytest.mark.parametrize("auth_time", [None, "soon", True, {}])
    def test_a_provider_that_sends_no_login_time_is_trusted(self, client, provider, security_page, auth_time, caplog):
        address = self.away(client, security_page)
        provider.claims["auth_time"] = auth_time
        assert client.get(CALLBACK, provider.authorize(address))["Location"] == security_page
        assert client.get(security_page).status_code == 200
        assert "does not say when people logged in" in caplog.text

    def test_another_person_confirms_nothing(self, client, provider, security_page, user):
        bia = MembershipFactory(user__email="bia@example.com").user
        EmailAddress.objects.update_or_create(user=bia, email=bia.email, defaults={"verified": True, "primary": True})
        address = self.away(client, security_page)
        provider.claims |= {"sub": "4712", "email": bia.email, "auth_time": int(time.time())}
        assert client.get(CALLBACK, provider.authorize(address))["Location"] == "/account/"
        assert "You logged in as somebody else there." in client.get("/account/").text
        assert client.get(security_page).status_code == 302
        assert int(client.session["_auth_user_id"]) == user.pk

    def test_a_login_not_started_by_us_confirms_nothing(self, client, provider, security_page):
        away = client.get(LOGIN, {"process": "redirect", "next": security_page, "data": "confirmation_begun_at"})
        provider.claims["auth_time"] = int(time.time())
        client.get(CALLBACK, provider.authorize(away["Location"]))
        assert client.get(security_page).status_code == 302

    @pytest.mark.parametrize("path", ["/accounts/2fa/totp/activate/", "/accounts/password/set/", "/accounts/email/"])
    def test_changing_credentials_asks_too(self, client, path):
        response = client.post(path, {"email": "outra@example.com", "action_add": ""})
        assert response["Location"].startswith("/accounts/oidc/sso/confirm/?next=")

    def test_a_recent_login_is_enough(self, user, provider, security_page):
        User.objects.filter(pk=user.pk).update(password="!")
        Membership.objects.filter(user=user).update(role=Role.OWNER)
        client, _answer = sign_on(provider)
        assert client.get(security_page).status_code == 200
        assert client.get("/accounts/password/set/").status_code == 200

    def test_a_person_with_a_password_confirms_with_it(self, client, user, provider, security_page):
        user.refresh_from_db()
        user.set_password(PASSWORD)
        user.save()
        client, _answer = log_in()
        make_stale(client)
        assert client.get(security_page)["Location"].startswith("/accounts/reauthenticate/")
        assert client.get("/accounts/oidc/sso/confirm/", {"next": security_page})["Location"] == security_page
        assert client.get("/accounts/oidc/sso/confirm/", {"next": "//evil.example/"})["Location"] == "/account/"

    def test_a_failing_provider_is_reported(self, client, provider, security_page):
        provider.broken = True
        assert client.get(client.get(security_page)["Location"]).status_code in {200, 401}
        provider.broken = False
        assert client.get(security_page).status_code == 302
