"""A team that asks its people for a second factor."""

import pytest
from allauth.mfa.models import Authenticator

from helpdesk.api.actions import create_token
from helpdesk.teams.models import Team
from tests.api.conftest import Api
from tests.conftest import log_in
from tests.factories import MembershipFactory
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
def test_whoever_must_have_one_is_led_to_set_it_up(request, client, team, of, barred):
    ask(team, of)
    for name in ("owner", "manager", "agent", "viewer"):
        log_in(client, request.getfixturevalue(name))
        response = client.get(INBOX, headers={"Accept-Language": "en"})
        if name in barred:
            assert (response.status_code, response["Location"]) == (302, SET_UP)
            assert "Your team asks for two-factor login" in client.get(SET_UP, headers={"Accept-Language": "en"}).text
            assert client.get("/account/").status_code == 200
        else:
            assert response.status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("totp", 200), ("recovery_codes", 302)])
def test_recovery_codes_alone_are_none(client, team, agent, kind, status):
    ask(team, "everybody")
    give_factor(agent, kind)
    log_in(client, agent)
    assert client.get(INBOX).status_code == status


def test_parts_of_pages_and_the_api_are_closed_as_well(client, team, agent):
    ask(team, "everybody")
    log_in(client, agent)
    part = client.get(INBOX, headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == SET_UP
    assert client.get("/t/escola/updates/", headers={"HX-Request": "true"}).status_code in {403, 404}
    response = client.get("/api/v1/tickets", headers={"Accept-Language": "en"})
    assert (response.status_code, "two-factor" in response.json()["detail"]) == (403, True)
    assert Api(create_token(team, "CRM")[1]).get("tickets").status_code == 200


def test_another_team_of_the_person_asks_for_nothing(client, team, agent):
    other = MembershipFactory(user=agent).team
    ask(team, "everybody")
    log_in(client, agent)
    assert client.get(f"/t/{other.slug}/").status_code == 200
    assert client.get(INBOX).status_code == 302


def test_a_stranger_learns_nothing_of_it(client, team, outsider):
    ask(team, "everybody")
    log_in(client, outsider)
    assert client.get(INBOX).status_code == 404


def test_the_only_one_is_not_turned_off_while_it_is_asked_for():
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


@pytest.mark.page_of("owner")
class TestPage:
    def test_whoever_asks_has_one(self, page, team, owner):
        response = page.post(SECURITY, {"two_factor_for": "everybody"})
        assert response.status_code == 422
        assert "Set two-factor login up for yourself first" in response.text
        give_factor(owner)
        assert page.post(SECURITY, {"two_factor_for": "everybody"}).status_code == 302
        team.refresh_from_db()
        assert team.two_factor_for == "everybody"
        assert page.get(INBOX).status_code == 200

    @pytest.mark.parametrize("of", ["x", "nobody", "\0", "e" * 5000])
    def test_nothing_else(self, page, team, owner, of):
        give_factor(owner)
        assert page.post(SECURITY, {"two_factor_for": of}).status_code == 422
        team.refresh_from_db()
        assert team.two_factor_for == ""
