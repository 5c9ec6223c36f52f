"""The registry of changes: what pages, bulk changes, the API and the admin go by."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django import forms
from django.utils import timezone, translation

from helpdesk.api.v1.bulk_change_serializers import WITHOUT_VALUE, WhatChanges
from helpdesk.courses.models import Course
from helpdesk.inbox.forms import menu_choices
from helpdesk.teams.models import Membership
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import (
    ASSIGNEE,
    MERGE,
    OF_MANY,
    PRIORITY,
    QUESTION,
    REVERSIBLE,
    SNOOZE,
    STATUS,
    TAG,
    TOPIC,
    UNMERGE,
    UNSNOOZE,
    UNTAG,
)
from helpdesk.tickets.forms import TeamRowField, form_of
from helpdesk.tickets.models import Status
from helpdesk.tickets.undo import altered, give_back, state_of
from tests.factories import CourseFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(team, agent):
    return Membership.objects.get(user=agent)


def test_the_api_offers_of_many_tickets_what_can_be_undone():
    fields = WhatChanges().fields
    assert set(fields) | {change.name for change in WITHOUT_VALUE.values()} == set(OF_MANY)
    assert [name for name, field in fields.items() if not field.help_text] == []
    assert {name for name, field in fields.items() if field.allow_null} == {"assignee", "snooze", "merge"}


def asked(monkeypatch, form, sent, find=None):
    """What the API reads of this, where another change than those there are is asked for by such a form."""
    other = replace(UNMERGE, name="other", null_of="", form=form, description="Other.", find=find)
    monkeypatch.setitem(OF_MANY, "other", other)
    body = WhatChanges(data={"other": sent})
    with translation.override("en"):
        return body.validated_data["other"] if body.is_valid() else str(body.errors["other"][0])


def test_the_api_asks_for_a_further_change_as_its_form_does(monkeypatch):
    assert asked(monkeypatch, form_of(other=forms.CharField(max_length=3)), "sim") == "sim"
    assert "3 characters" in asked(monkeypatch, form_of(other=forms.CharField(max_length=3)), "demais")
    assert asked(monkeypatch, form_of(other=forms.ChoiceField(choices=[("a", "A")])), "a") == "a"
    assert "not a valid choice" in asked(monkeypatch, form_of(other=forms.ChoiceField(choices=[("a", "A")])), "b")
    assert asked(monkeypatch, form_of(other=TeamRowField(Course.objects.for_team)), 7, find=Course.objects.get) == 7
    with pytest.raises(TypeError, match="declare the field of WhatChanges for other"):
        asked(monkeypatch, form_of(other=forms.DateField()), "2026-03-11")


def test_a_change_that_takes_a_row_says_how_it_is_found():
    with pytest.raises(TypeError, match="how the row of other is found"):
        replace(UNMERGE, name="other", form=form_of(other=TeamRowField(Course.objects.for_team)))


def test_the_api_asks_for_a_further_change_without_a_value_by_true(monkeypatch):
    assert asked(monkeypatch, None, True) is True
    assert asked(monkeypatch, None, False) == "Send true, or leave it out."


def test_a_row_to_choose_is_one_of_the_teams(team):
    form = form_of(course=TeamRowField(Course.objects.for_team))
    course, foreign = CourseFactory(team=team), CourseFactory()
    assert form({"course": course.pk}, team=team).is_valid()
    assert not form({"course": foreign.pk}, team=team).is_valid()


def values(agent, other=None):
    """What each change can be asked for with; `other` is a ticket to merge into."""
    tomorrow = timezone.now() + timedelta(days=1)
    with_value = {STATUS: "resolved", ASSIGNEE: agent, PRIORITY: 4, TAG: "vip", UNTAG: "vip", SNOOZE: tomorrow}
    with_value |= {MERGE: other, TOPIC: "video", QUESTION: ("Não abre", "video")}
    return with_value | {change: None for change in REVERSIBLE.values() if change.form is None}


ALONG = {ASSIGNEE: {"status"}, STATUS: {"snoozed_until"}}  # what follows from it
BEFORE = {UNTAG: TAG, UNSNOOZE: SNOOZE, UNMERGE: MERGE}  # without which a change has nothing to alter


def test_every_change_is_tried_here(agent):
    assert set(values(agent)) == set(REVERSIBLE.values())


def test_a_value_is_kept_as_text_and_read_as_it_was(agent):
    other = open_ticket(agent.memberships.get().team)
    for change, value in values(agent, other).items():
        if change.name in OF_MANY and change.form:
            assert change.load(change.store(value)) == value
    assert ASSIGNEE.load(ASSIGNEE.store(None)) is None


def test_somebody_who_is_gone_cannot_be_responsible(agent):
    with translation.override("en"), pytest.raises(ActionRefused, match="no such member"):
        ASSIGNEE.load(str(agent.pk + 1))


def test_a_ticket_that_is_gone_takes_no_other_in(team):
    with translation.override("en"), pytest.raises(ActionRefused, match="no such ticket"):
        MERGE.load(str(open_ticket(team).pk + 1))


@pytest.mark.parametrize("change", REVERSIBLE.values(), ids=REVERSIBLE)
def test_a_change_alters_what_it_says_that_it_is_about_and_an_undo_brings_it_back(team, agent, change):
    ticket, actor = open_ticket(team), Actor.person(agent)
    of_each = values(agent, open_ticket(team, learner=ticket.learner))
    if first := BEFORE.get(change):
        first.make(ticket, actor, of_each[first])
    was = state_of(ticket)
    change.make(ticket, actor, of_each[change])
    before, after = altered(was, state_of(ticket))
    assert change.attributes <= before.keys() <= change.altered | ALONG.get(change, set())
    give_back(ticket, actor, before, after)
    ticket.refresh_from_db()
    now = state_of(ticket)
    assert {name: now[name] for name in change.attributes} == {name: was[name] for name in change.attributes}


def test_every_value_that_is_offered_fits_the_form_of_its_change(team, membership):
    ticket = open_ticket(team)
    for choices in (menu_choices(membership), menu_choices(membership, ticket)):
        assert [change for change, _values in choices] == [STATUS, ASSIGNEE, PRIORITY, SNOOZE]
        for change, offered in choices:
            for value, label, _is_current in [choice for choice in offered if not choice.is_current]:
                assert change.form
                data = {change.form.first_field(): value}
                assert change.form(data, team=team, person=membership.user_id).is_valid(), (value, label)


def test_whatever_is_offered_for_a_ticket_fits_the_form_of_its_change(team, membership):
    ticket = open_ticket(team)
    open_ticket(team, learner=ticket.learner)
    SNOOZE.make(ticket, Actor.system(), timezone.now() + timedelta(hours=1))
    TAG.make(ticket, Actor.system(), "vip")
    TAG.make(open_ticket(team), Actor.system(), "acesso")
    offered = {change: list(change.choices(membership, ticket)) for change in OF_MANY.values()}
    assert [change for change, choices in offered.items() if not choices] == [UNMERGE]
    for change, choices in offered.items():
        for value, label, *_row in choices:
            if change.form:
                data = {change.form.first_field(): value}
                assert change.form(data, team=team, person=membership.user_id).is_valid(), (value, label)


def test_a_ticket_is_offered_the_statuses_that_it_may_have_next(team, membership):
    ticket = open_ticket(team)
    STATUS.make(ticket, Actor.system(), "resolved")
    current, *others = dict(menu_choices(membership, ticket))[STATUS]
    assert current == ("resolved", Status.RESOLVED.label, True)
    assert [(value, label) for value, label, _is_current in others] == [
        ("open", Status.OPEN.label),
        ("closed", Status.CLOSED.label),
    ]
