"""A form writes what was changed in it alone, so that two people who save at once undo nothing of each other's."""

import pytest

from helpdesk.teams.forms import TeamForm
from helpdesk.teams.models import Team

SETTINGS = {
    "name": "Escola da Ana",
    "time_zone": "America/Sao_Paulo",
    "response_target_hours": 24,
    "reopen_within_days": 0,
}


@pytest.fixture
def team(team):
    Team.objects.filter(pk=team.pk).update(**SETTINGS)
    team.refresh_from_db()
    return team


def form_of(team, **changed):
    """What somebody posts, valid by what there was as they did."""
    form = TeamForm(SETTINGS | changed, instance=Team.objects.get(pk=team.pk))
    assert form.is_valid()
    return form


def test_what_two_people_save_at_once_both_stays(team):
    of_ana, of_bia = form_of(team, name="Escola Nova"), form_of(team, response_target_hours=8)
    of_ana.save()
    of_bia.save()
    team.refresh_from_db()
    assert (team.name, team.response_target_hours) == ("Escola Nova", 8)


def test_a_form_in_which_nothing_was_changed_writes_nothing(team, django_assert_num_queries):
    form = form_of(team)
    with django_assert_num_queries(0):
        form.save()


def test_a_form_of_a_new_row_writes_all_of_it(team):
    form = TeamForm(SETTINGS | {"name": "Outra"}, instance=Team(slug="outra"))
    assert form.is_valid()
    form.save()
    assert Team.objects.get(slug="outra").name == "Outra"
