"""The pages about a person stand in the frame of their team where they have one alone, and else in none."""

import pytest

from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
PAGES = ["/account/", "/accounts/email/", "/accounts/password/set/", "/accounts/2fa/"]


@pytest.fixture(params=PAGES)
def address(request):
    return request.param


def inbox_of(team):
    return f'href="/t/{team.slug}/"'


def test_of_the_one_team(page, team, address):
    TeamFactory()
    shown = page.get(address).text
    assert inbox_of(team) in shown
    assert team.name in shown


def test_of_two_teams_none_is_chosen(page, team, agent, address):
    other = MembershipFactory(user=agent).team
    shown = page.get(address).text
    assert inbox_of(team) not in shown
    assert inbox_of(other) not in shown


def test_who_has_no_team_sees_none(page, team, agent, address):
    agent.memberships.all().delete()
    shown = page.get(address)
    assert shown.status_code == 200
    assert inbox_of(team) not in shown.text


def test_who_is_not_logged_in_sees_none(client, team):
    shown = client.get("/accounts/password/reset/")
    assert shown.status_code == 200
    assert inbox_of(team) not in shown.text
