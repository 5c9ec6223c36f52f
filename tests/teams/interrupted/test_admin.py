"""A form of the admin that is sent after the session has ended."""

import pytest

from helpdesk.teams.models import User
from tests.teams.interrupted.browsing import end_session, fields_of, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator_logged_out(logged_out, ana):
    """The browser of somebody logged out who may also use the admin."""
    User.objects.filter(pk=ana.pk).update(is_staff=True, is_superuser=True)
    return logged_out


def test_a_form_of_the_admin_is_restored_except_for_passwords(operator_logged_out, team):
    """Also what is typed in one of several rows, and which button was pressed."""
    here = f"/admin/teams/team/{team.pk}/change/"
    data = {"name": "Escola <nova>", "slug": "escola", "time_zone": "America/Recife", "response_target_hours": "8"}
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-role": "agent"}
    sent = operator_logged_out.post(
        here, data | rows | {"_continue": "1"}, headers={"referer": f"http://testserver{here}?_changelist_filters=q"}
    )
    assert sent.url.startswith("/accounts/login/")
    shown = log_in(operator_logged_out, sent.url)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, here)
    assert f'action="{here}"' in shown.text
    kept = fields_of(shown)
    del kept["csrfmiddlewaretoken"]
    assert kept == data | rows | {"_continue": "1"}
    assert "was not saved" not in operator_logged_out.get(here).text
    team.refresh_from_db()
    assert team.name != "Escola <nova>"


@pytest.mark.parametrize(
    ("path", "data", "kept"),
    [
        ("teams/user/add/", {"email": "bia@example.com", "password1": "geheim-1", "password2": "geheim-1"}, True),
        ("webhooks/signingkey/add/", {"name": "x", "form-0-key": "geheim-1", "key": "geheim-1"}, True),
        ("password_change/", {"old_password": "geheim-1", "new_password1": "geheim-1"}, False),
    ],
)
def test_secrets_typed_in_the_admin_are_not_stored(operator_logged_out, path, data, kept):
    sent = operator_logged_out.post(f"/admin/{path}", data)
    shown = operator_logged_out.get(sent.url)
    assert ("was not saved" in shown.text) == (not kept)
    assert ("kept-once-interrupted" in dict(operator_logged_out.session)) == kept
    shown = log_in(operator_logged_out, sent.url)
    assert "geheim" not in shown.text
    assert (data.get("email", data.get("name", "-")) in shown.text[shown.text.find("interrupted") :]) == kept


def test_a_requested_admin_page_opens_after_login_and_logout_needs_no_session(operator_logged_out):
    shown = log_in(operator_logged_out, operator_logged_out.get("/admin/teams/team/?q=x").url)
    assert (shown.request["PATH_INFO"], shown.request["QUERY_STRING"]) == ("/admin/teams/team/", "q=x")
    end_session(operator_logged_out)
    assert operator_logged_out.post("/admin/logout/").url == "/admin/"


def test_a_form_of_the_admin_from_somebody_without_access_is_not_stored(logged_out, ana):
    logged_out.force_login(ana)
    assert logged_out.post("/admin/teams/team/add/", {"name": "Escola"}).status_code in {302, 403}
    assert "kept-once-interrupted" not in dict(logged_out.session)
