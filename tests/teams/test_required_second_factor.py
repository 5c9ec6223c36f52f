"""A team that asks its people for a second factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from helpdesk.api.actions import create_token
from helpdesk.audit.models import AuditEvent
from helpdesk.teams.models import Team
from tests.api.client import Api
from tests.factories import MembershipFactory, open_ticket
from tests.logins import log_in
from tests.teams import accounts

pytestmark = pytest.mark.django_db
SECURITY = "/t/escola/team/security/"
INBOX = "/t/escola/"
SET_UP = "/accounts/2fa/"


def ask(team, of):
    Team.objects.filter(pk=team.pk).update(two_factor_for=of)


def give_factor(person, kind="totp"):
    Authenticator.objects.create(user=person, type=kind, data={"secret": "x"})


@pytest.mark.parametrize(
    ("of", "barred"),
    [("", []), ("managers", ["owner", "manager"]), ("everybody", ["owner", "manager", "agent", "viewer"])],
)
def test_people_who_need_one_are_redirected_to_set_it_up(request, client, team, of, barred):
    ask(team, of)
    for name in ("owner", "manager", "agent", "viewer"):
        log_in(client, request.getfixturevalue(name))
        response = client.get(INBOX, headers={"Accept-Language": "en"})
        if name in barred:
            assert (response.status_code, response["Location"]) == (302, SET_UP)
            assert "Your team requires two-factor login" in client.get(SET_UP).text
            assert client.get("/account/").status_code == 200
        else:
            assert response.status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("totp", 200), ("recovery_codes", 302)])
def test_recovery_codes_alone_do_not_count(client, team, agent, kind, status):
    ask(team, "everybody")
    give_factor(agent, kind)
    log_in(client, agent)
    assert client.get(INBOX).status_code == status


def test_partial_responses_and_the_api_are_blocked_too(client, team, agent):
    ask(team, "everybody")
    log_in(client, agent)
    part = client.get(INBOX, headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == SET_UP
    updates = reverse("inbox_updates", args=["escola"])
    assert client.get(updates, headers={"HX-Request": "true"}).status_code == 403
    response = client.get("/api/v1/tickets", headers={"Accept-Language": "en"})
    assert (response.status_code, "two-factor" in response.json()["detail"]) == (403, True)
    assert Api(create_token(team, "CRM")[1]).get("tickets").status_code == 200


def test_another_team_of_the_person_is_not_affected(client, team, agent):
    other = MembershipFactory(user=agent).team
    ask(team, "everybody")
    log_in(client, agent)
    assert client.get(f"/t/{other.slug}/").status_code == 200
    assert client.get(INBOX).status_code == 302


def test_an_outsider_learns_nothing_about_it(client, team, outsider):
    ask(team, "everybody")
    log_in(client, outsider)
    assert client.get(INBOX).status_code == 404


def test_the_only_factor_cannot_be_deactivated_while_it_is_required():
    ana = accounts.person()
    team = ana.memberships.get().team
    here, _response = accounts.log_in()
    accounts.set_up_two_factor_login(here)
    ask(team, "everybody")
    response = here.post("/accounts/2fa/totp/deactivate/")
    assert "your only second factor" in response.text
    assert Authenticator.objects.filter(user=ana, type="totp").exists()
    ask(team, "")
    here.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=ana).exists()


class TestOnlyPasskey:
    @pytest.fixture
    def security_key(self, agent):
        return Authenticator.objects.create(user=agent, type="webauthn", data={"name": "Telefone"})

    @pytest.fixture
    def remove(self, client, agent, security_key):
        """The page, in a browser that has just confirmed who it is."""
        agent.set_password(accounts.PASSWORD)
        agent.save()
        log_in(client, agent)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        page = f"{SET_UP}webauthn/keys/{security_key.pk}/remove/"
        accounts.confirm_password(client, client.get(page))
        return page

    def test_it_cannot_be_removed_while_it_is_required(self, client, team, security_key, remove):
        ask(team, "everybody")
        assert "btn-danger" not in client.get(remove).text
        response = client.post(remove)
        assert (response.status_code, "your only second factor" in response.text) == (422, True)
        assert Authenticator.objects.filter(pk=security_key.pk).exists()

    def test_it_can_be_removed_if_there_is_another_factor(self, client, team, agent, security_key, remove):
        ask(team, "everybody")
        give_factor(agent)
        assert "only second factor" not in client.get(remove).text
        assert client.post(remove).status_code == 302
        assert not Authenticator.objects.filter(pk=security_key.pk).exists()

    def test_it_can_be_removed_if_no_team_requires_it(self, client, team, agent, security_key, remove):
        assert "your password alone will be enough" in client.get(remove).text
        assert client.post(remove).status_code == 302
        assert not Authenticator.objects.filter(pk=security_key.pk).exists()


class TestForm:
    """What somebody sends who has no second factor yet."""

    @pytest.fixture
    def barred(self, client, team, agent):
        agent.language = "en"
        agent.save()
        log_in(client, agent)
        client.get(INBOX)
        ask(team, "everybody")
        return client

    def test_it_is_restored_once_there_is_a_second_factor(self, barred, team, agent):
        ticket = open_ticket(team)
        notes = f"/t/escola/tickets/{ticket.number}/notes/"
        assert barred.post(notes, {"body": "Ligou ontem"})["Location"] == SET_UP
        assert barred.session.get("_session_expiry") is None
        for path in (SET_UP, "/account/"):
            assert "Ligou ontem" not in barred.get(path).text
        give_factor(agent)
        text = barred.get(INBOX).text
        assert "Ligou ontem" in text
        assert "Two-factor login was not set up yet" in text
        assert "You were logged out" not in text
        assert "Ligou ontem" not in barred.get(INBOX).text

    def test_a_form_too_long_to_store_is_reported(self, barred, team):
        ticket = open_ticket(team)
        barred.post(f"/t/escola/tickets/{ticket.number}/notes/", {"body": "x" * 60_000})
        text = barred.get(SET_UP).text
        assert "too long to keep here" in text
        assert "You were logged out" not in text


def test_the_set_up_page_shows_nothing_of_the_team(client, team, agent):
    log_in(client, agent)
    assert f'href="{INBOX}"' in client.get(SET_UP).text
    ask(team, "everybody")
    text = client.get(SET_UP).text
    assert f'href="{INBOX}"' not in text
    assert "Set up" in client.get(SET_UP, headers={"Accept-Language": "en"}).text
    give_factor(agent)
    assert f'href="{INBOX}"' in client.get(SET_UP).text


@pytest.mark.page_of("owner")
class TestPage:
    def test_requiring_it_needs_a_second_factor_oneself(self, page, team, owner):
        response = page.post(SECURITY, {"two_factor_for": "everybody"})
        assert response.status_code == 422
        assert "Set up two-factor login for yourself first" in response.text
        give_factor(owner)
        assert page.post(SECURITY, {"two_factor_for": "everybody"}).status_code == 302
        team.refresh_from_db()
        assert team.two_factor_for == "everybody"
        assert page.get(INBOX).status_code == 200
        assert page.post(SECURITY, {"two_factor_for": "everybody"}).status_code == 302  # saved as it was
        assert [event.details for event in AuditEvent.objects.filter(kind="settings_changed")] == ["two_factor_for"]

    @pytest.mark.parametrize("of", ["x", "nobody", "\0", "e" * 5000])
    def test_other_values_are_refused(self, page, team, owner, of):
        give_factor(owner)
        assert page.post(SECURITY, {"two_factor_for": of}).status_code == 422
        team.refresh_from_db()
        assert team.two_factor_for == ""
