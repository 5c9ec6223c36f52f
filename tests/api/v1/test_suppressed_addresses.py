"""Addresses that get no e-mail, in the API."""

import pytest

from helpdesk.conversations.models import SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from tests.api.responses import results
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
ADDRESS = "suppressed-addresses"


def test_an_address_can_be_suppressed_listed_and_allowed_again(api, team):
    made = api.post(ADDRESS, {"address": " Mariana@Example.com "})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["address"], shown["reason"], shown["suppressed_by"]) == ("mariana@example.com", "by_hand", None)
    assert results(api.get(ADDRESS)) == [shown]
    assert api.get(f"{ADDRESS}/{shown['id']}").json() == shown
    assert [api.delete(f"{ADDRESS}/{shown['id']}").status_code for _time in range(2)] == [204, 404]
    assert not SuppressedAddress.objects.exists()


def test_the_first_reason_is_kept(api, team):
    suppress_address(team, "a@example.com", SuppressedAddress.Reason.BOUNCED, detail="550 5.1.1 No such user")
    shown = api.post(ADDRESS, {"address": "a@example.com"}).json()
    assert (shown["reason"], shown["detail"]) == ("bounced", "550 5.1.1 No such user")
    assert SuppressedAddress.objects.count() == 1


def test_addresses_of_another_team_are_not_found(api):
    other = suppress_address(TeamFactory(), "a@example.com", SuppressedAddress.Reason.BY_HAND)
    assert results(api.get(ADDRESS)) == []
    assert api.delete(f"{ADDRESS}/{other.pk}").status_code == 404


@pytest.mark.parametrize(
    "value", ["", "a", "a@", "a b@example.com", "joão@example.com", "x" * 250 + "@a.example", 5, None]
)
def test_an_invalid_address_is_refused(api, value):
    response = api.post(ADDRESS, {"address": value})
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["address"]
    assert not SuppressedAddress.objects.exists()


def test_the_list_takes_few_queries(api, team, django_assert_max_num_queries):
    for number in range(6):
        suppress_address(team, f"a{number}@example.com", SuppressedAddress.Reason.BY_HAND)
    with django_assert_max_num_queries(6):
        assert len(results(api.get(ADDRESS))) == 6
