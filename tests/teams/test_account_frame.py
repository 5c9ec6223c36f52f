"""Personal pages have the frame of the user's team if they have exactly one, and none otherwise."""

import pytest
from allauth.mfa.models import Authenticator
from django.templatetags.static import static
from django.urls import get_resolver, reverse

from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
ACCOUNT_PAGES = ["account", "account_email", "account_change_password", "mfa_index", "account_logout"]
PAGES = ["/account/", "/accounts/email/", "/accounts/password/set/", "/accounts/2fa/"]


@pytest.fixture(params=PAGES)
def account_page(request):
    return request.param


def inbox_of(team):
    return f'href="/t/{team.slug}/"'


def test_with_one_team_its_frame_is_shown(page, team, account_page):
    TeamFactory()
    shown = page.get(account_page).text
    assert inbox_of(team) in shown
    assert team.name in shown


def test_with_two_teams_neither_is_shown(page, team, agent, account_page):
    other = MembershipFactory(user=agent).team
    shown = page.get(account_page).text
    assert inbox_of(team) not in shown
    assert inbox_of(other) not in shown


def test_without_a_team_none_is_shown(page, team, agent, account_page):
    agent.memberships.all().delete()
    shown = page.get(account_page)
    assert shown.status_code == 200
    assert inbox_of(team) not in shown.text


def test_without_a_login_no_team_is_shown(client, team):
    shown = client.get("/accounts/password/reset/")
    assert shown.status_code == 200
    assert inbox_of(team) not in shown.text


@pytest.mark.page_of("owner")
class TestFrame:
    @pytest.mark.parametrize("name", ACCOUNT_PAGES)
    def test_account_pages_are_shown_in_the_frame_of_the_only_team(self, page, name):
        text = page.get(reverse(name), follow=True).text
        assert 'href="/t/escola/reports/"' in text
        assert 'aria-current="page"' in text.partition('href="/account/"')[2].partition("</a>")[0]

    @pytest.mark.parametrize("name", ACCOUNT_PAGES)
    def test_account_pages_are_plain_with_two_teams_or_none(self, client, name):
        for count in (0, 2):
            user = UserFactory()
            for _ in range(count):
                MembershipFactory(user=user)
            client.force_login(user)
            response = client.get(reverse(name), follow=True)
            assert response.status_code == 200
            assert "plain-page" in response.text

    def test_no_page_of_allauth_keeps_its_default_look(self, client):
        """Each is one of ours, whatever state it is in; those of what is turned off lead elsewhere."""
        own = {"account_reset_password_from_key": ["1", "a-b"], "account_confirm_email": ["nothing"]}
        own |= {"mfa_edit_webauthn": ["1"], "mfa_remove_webauthn": ["1"]}
        shown = 0
        for name in [str(name) for name in get_resolver().reverse_dict if str(name).startswith(("account_", "mfa_"))]:
            response = client.get(reverse(name, args=own.get(name, [])))
            if response.status_code == 200:
                shown += 1
                assert static("css/helpdesk.css") in response.text, name
                assert "btn" in response.text, name
                assert "Menu:" not in response.text, name
        assert shown > 1

    def test_a_used_link_leads_to_a_new_one(self, page, client):
        text = page.get("/accounts/confirm-email/MQ:abc:def/").text
        assert 'href="/accounts/email/"' in text
        client.logout()
        text = client.get("/accounts/password/reset/key/1-abc-def/").text
        assert 'href="/accounts/password/reset/"' in text

    @pytest.mark.parametrize(
        ("address", "page_that_helps"),
        [
            ("3rdparty/", "/account/"),
            ("2fa/recovery-codes/", "/accounts/2fa/"),
            ("2fa/recovery-codes/generate/", "/accounts/2fa/"),
        ],
    )
    def test_pages_of_inactive_features_redirect_to_a_useful_one(self, page, address, page_that_helps):
        response = page.get(f"/accounts/{address}")
        assert (response.status_code, response.url) == (302, page_that_helps)

    def test_without_recovery_codes_a_warning_links_to_new_ones(self, page, owner):
        Authenticator.objects.create(user=owner, type="totp", data={"secret": "x"})
        text = page.get("/accounts/2fa/").text
        assert "No codes are left" in text
        assert text.count("btn-primary") == 1
        assert 'href="/accounts/2fa/recovery-codes/generate/"' in text
