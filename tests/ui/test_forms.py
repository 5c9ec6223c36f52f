"""A form writes only changed fields, so that two people saving at once do not undo each other's changes."""

import pytest

from helpdesk.audit.models import AuditEvent
from helpdesk.teams.forms import TeamForm
from helpdesk.teams.models import Team
from tests.ui.form_fields import FormFields, fields_of

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


def test_concurrent_changes_to_different_fields_are_both_kept(team):
    of_ana, of_bia = form_of(team, name="Escola Nova"), form_of(team, response_target_hours=8)
    of_ana.save()
    of_bia.save()
    team.refresh_from_db()
    assert (team.name, team.response_target_hours) == ("Escola Nova", 8)


def test_an_unchanged_form_writes_nothing(team, django_assert_num_queries):
    form = form_of(team)
    with django_assert_num_queries(0):
        form.save()


def test_a_form_for_a_new_row_writes_all_fields(team):
    form = TeamForm(SETTINGS | {"name": "Outra"}, instance=Team(slug="outra"))
    assert form.is_valid()
    form.save()
    assert Team.objects.get(slug="outra").name == "Outra"


@pytest.mark.page_of("owner")
def test_a_stale_page_reverts_nothing(page, team):
    address = f"/t/{team.slug}/team/"
    long_before = fields_of(page, address)
    page.post(address, fields_of(page, address) | {"response_target_hours": "8"})
    assert page.post(address, long_before | {"name": "Escola Nova"}).status_code == 302
    team.refresh_from_db()
    assert (team.name, team.response_target_hours) == ("Escola Nova", 8)
    details = AuditEvent.objects.filter(kind=AuditEvent.Kind.SETTINGS_CHANGED).latest("pk").details
    assert details == "name"


@pytest.mark.page_of("owner")
def test_a_refused_stale_page_still_reverts_nothing(page, team):
    address = f"/t/{team.slug}/team/"
    long_before = fields_of(page, address)
    page.post(address, fields_of(page, address) | {"response_target_hours": "8"})
    refused = page.post(address, long_before | {"reopen_within_days": "x"})
    assert refused.status_code == 422
    page.post(address, FormFields(refused.text).fields | {"reopen_within_days": "3"})
    team.refresh_from_db()
    assert (team.reopen_within_days, team.response_target_hours) == (3, 8)


@pytest.mark.page_of("owner")
def test_a_stale_page_can_check_and_uncheck_a_box(page, team, owner_membership):
    long_before = fields_of(page, "/account/")
    name = f"team-{owner_membership.pk}-notify_assigned"
    was_ticked = name in long_before
    changed = {key: value for key, value in long_before.items() if key != name} | ({} if was_ticked else {name: "on"})
    page.post("/account/", changed)
    assert (name in fields_of(page, "/account/")) != was_ticked
    page.post("/account/", long_before | {"name": "Ana Nova"})
    assert (name in fields_of(page, "/account/")) != was_ticked
    page.post("/account/", fields_of(page, "/account/"))
    assert (name in fields_of(page, "/account/")) != was_ticked
