"""The same invitation accepted several times at once, as by pressing the button repeatedly."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from helpdesk.teams import actions
from helpdesk.teams.models import Membership, User
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _all_meet(monkeypatch):
    """Four requests have each found that there is no account yet, before one makes it."""
    everybody, join = Barrier(4), actions.join_with_new_account

    def join_together(*args):
        everybody.wait(20)
        return join(*args)

    monkeypatch.setattr("helpdesk.teams.views.join_with_new_account", join_together)


@pytest.mark.usefixtures("_all_meet")
def test_four_concurrent_posts_create_one_account_without_errors():
    owner = MembershipFactory(role=Role.OWNER)
    _invitation, token = actions.invite(owner, "new@example.com", Role.AGENT)

    def join(_number: int) -> int:
        try:
            data = {"name": "Nova", "password": "uma senha bem comprida"}
            return Client(raise_request_exception=False).post(f"/invitations/{token}/", data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(join, range(4)))
    assert set(answers) <= {302, 404}
    assert 302 in answers
    assert User.objects.filter(email="new@example.com").count() == 1
    assert Membership.objects.filter(team=owner.team).count() == 2


@pytest.mark.usefixtures("_all_meet")
def test_concurrently_accepted_invitations_of_several_teams_create_one_account():
    tokens = [actions.invite(MembershipFactory(role=Role.OWNER), "new@example.com", Role.AGENT)[1] for _ in range(4)]

    def join(token: str) -> int:
        try:
            data = {"name": "Nova", "password": "uma senha bem comprida"}
            return Client(raise_request_exception=False).post(f"/invitations/{token}/", data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(join, tokens)) == {302}
    assert Membership.objects.filter(user=User.objects.get(email="new@example.com")).count() == 4


def test_teams_with_the_same_name_created_concurrently_get_different_slugs():
    start = Barrier(4)

    def make(number: int) -> str:
        try:
            start.wait()
            return actions.create_team("Escola", f"owner{number % 2}@example.com").slug
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(4)))) == 4
    assert User.objects.count() == 2
