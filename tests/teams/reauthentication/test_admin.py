"""The admin asks for reauthentication where rights and secrets are changed."""

import pytest

from helpdesk.teams.models import User
from helpdesk.teams.reauthentication import ADMIN_LISTS
from tests.teams.reauthentication.confirming import confirm, next_of, notice_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stale_operator(stale_page, owner):
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    return stale_page


def test_the_admin_asks_for_rights_and_secrets(case, stale_operator, team, owner):
    for path in sorted(ADMIN_LISTS):
        with case(path=path):
            assert stale_operator.get(f"/{path}").status_code == 200
            assert next_of(stale_operator.post(f"/{path}", {"action": "delete_selected"})) == f"/{path}"
    for path in (f"teams/user/{owner.pk}/change/", f"teams/user/{owner.pk}/password/", f"teams/team/{team.pk}/delete/"):
        with case(path=path):
            assert next_of(stale_operator.get(f"/admin/{path}")) == f"/admin/{path}"
            assert stale_operator.get(f"/admin/{path}", follow=True).status_code == 200
    assert stale_operator.get(f"/admin/teams/team/{team.pk}/history/").status_code == 200


def test_an_operators_form_is_restored(stale_operator):
    data = {"email": "bia@example.com", "name": "Bia", "password1": "geheim-1-geheim", "password2": "geheim-1-geheim"}
    response = stale_operator.post("/admin/teams/user/add/", data)
    shown = confirm(stale_operator, response)
    assert shown.request["PATH_INFO"] == "/admin/teams/user/add/"
    assert data.items() <= notice_of(shown)[1].items()
