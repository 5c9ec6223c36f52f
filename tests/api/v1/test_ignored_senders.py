"""Senders whose e-mail is ignored, in the API."""

import pytest

from helpdesk.conversations.inbound.ignored_senders import ignore_sender
from helpdesk.conversations.models import IgnoredSender
from tests.api.responses import results
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
ADDRESS = "ignored-senders"


def test_a_sender_can_be_added_listed_and_removed(api, team):
    made = api.post(ADDRESS, {"address": " News@Loja.example "})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["address"], shown["ignored_by"]) == ("news@loja.example", None)
    assert results(api.get(ADDRESS)) == [shown]
    assert api.get(f"{ADDRESS}/{shown['id']}").json() == shown
    assert [api.delete(f"{ADDRESS}/{shown['id']}").status_code for _time in range(2)] == [204, 404]
    assert not IgnoredSender.objects.exists()


def test_ignoring_again_keeps_who_was_first(api, team, agent):
    sender, _is_new = ignore_sender(team, "news@loja.example", agent)
    shown = api.post(ADDRESS, {"address": "news@loja.example"}).json()
    assert (shown["id"], shown["ignored_by"]) == (sender.pk, agent.pk)
    assert results(api.get(ADDRESS, {"expand": "ignored_by"}))[0]["ignored_by"]["name"] == agent.name


def test_senders_of_another_team_are_not_found(api):
    other, _is_new = ignore_sender(TeamFactory(), "news@loja.example", None)
    assert results(api.get(ADDRESS)) == []
    assert api.get(f"{ADDRESS}/{other.pk}").status_code == 404
    assert api.delete(f"{ADDRESS}/{other.pk}").status_code == 404


@pytest.mark.parametrize("value", ["", "a", "a@", "a b@example.com", "joão@example.com", "x" * 250 + "@a.example", 5])
def test_an_invalid_address_is_refused(api, value):
    response = api.post(ADDRESS, {"address": value})
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["address"]
    assert not IgnoredSender.objects.exists()


def test_the_list_takes_few_queries(api, team, agent, django_assert_max_num_queries):
    for number in range(6):
        ignore_sender(team, f"a{number}@loja.example", agent)
    with django_assert_max_num_queries(6):
        assert len(results(api.get(ADDRESS, {"expand": "ignored_by"}))) == 6
