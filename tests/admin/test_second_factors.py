"""The admin and what a team asks of its members' logins."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from helpdesk.audit.models import AuditEvent
from helpdesk.teams.models import Team, User
from tests.admin.addresses import change
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
LOGINS = ["two_factor_for", "session_days", "session_idle_hours"]


def of(client):
    return User.objects.get(pk=client.session["_auth_user_id"])


def form_of(team, **changes):
    names = ["name", "slug", "time_zone", "response_target_hours", "reopen_within_days"]
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    return {name: getattr(team, name) for name in names} | rows | changes


@pytest.mark.parametrize("who", ["staff", "operator"])
def test_a_user_without_a_required_second_factor_must_set_it_up(request, team, who):
    client = request.getfixturevalue(who)
    MembershipFactory(user=of(client), role="owner")
    assert client.get("/admin/").status_code == 200
    Team.objects.update(two_factor_for="everybody")
    for path in ("/admin/", reverse("doctor"), change(team), reverse("admin:password_change")):
        assert client.get(path)["Location"] == "/accounts/2fa/"
    client.post(change(team), form_of(team, name="Outra"))
    team.refresh_from_db()
    assert team.name != "Outra"
    Authenticator.objects.create(user=of(client), type="totp", data={"secret": "x"})
    assert client.get("/admin/").status_code == 200
    assert client.post(reverse("admin:logout")).status_code in {200, 302}


def test_an_operator_without_a_team_needs_none(operator, team):
    Team.objects.update(two_factor_for="everybody")
    assert operator.get("/admin/").status_code == 200


def test_staff_cannot_change_login_requirements(staff, team):
    staff.post(change(team), form_of(team, name="Outra", two_factor_for="managers", session_days="3"))
    team.refresh_from_db()
    assert (team.name, team.two_factor_for, team.session_days) == ("Outra", "", None)
    fields = staff.get(change(team)).context["adminform"].form.fields
    assert not {*LOGINS} & {*fields}


def test_a_superusers_change_of_login_requirements_is_recorded(operator, team):
    operator.post(change(team), form_of(team, two_factor_for="managers", session_days="3"))
    team.refresh_from_db()
    assert (team.two_factor_for, team.session_days) == ("managers", 3)
    event = AuditEvent.objects.get(team=team, kind="settings_changed")
    assert {*event.details.split()} == {"two_factor_for", "session_days"}
