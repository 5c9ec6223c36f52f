"""The registry of changes: what pages, bulk changes, the API and the admin go by."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django import forms
from django.utils import timezone, translation

from helpdesk.api.v1.bulk_change_serializers import WITHOUT_VALUE, WhatChanges
from helpdesk.courses.models import Course
from helpdesk.inbox.menus import menu_choices
from helpdesk.teams.models import Membership
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import Change
from helpdesk.tickets.change_values import no_choices
from helpdesk.tickets.changes import (
    ASSIGNEE,
    BULK_CHANGES,
    MERGE,
    PRIORITY,
    QUESTION,
    REVERSIBLE,
    SNOOZE,
    STATUS,
    TAG,
    UNMERGE,
    UNSNOOZE,
    UNTAG,
)
from helpdesk.tickets.forms import SnoozeForm, TeamRowField, form_of
from helpdesk.tickets.models import Priority, Status, Ticket
from helpdesk.tickets.undo import altered, restore, state_of
from tests.factories import CourseFactory, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_the_api_offers_every_reversible_change_in_bulk():
    fields = WhatChanges().fields
    assert set(fields) | {change.name for change in WITHOUT_VALUE.values()} == set(BULK_CHANGES)
    assert [name for name, field in fields.items() if not field.help_text] == []
    assert {name for name, field in fields.items() if field.allow_null} == {"assignee", "snooze", "merge"}


def asked(monkeypatch, form, sent, find=None):
    """What the API reads of this, where another change than those there are is asked for by such a form."""
    other = replace(UNMERGE, name="other", null_of="", form=form, description="Other.", find=find)
    monkeypatch.setitem(BULK_CHANGES, "other", other)
    body = WhatChanges(data={"other": sent})
    with translation.override("en"):
        return body.validated_data["other"] if body.is_valid() else str(body.errors["other"][0])


MOMENT = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        (forms.CharField(max_length=3), "sim", "sim"),
        (forms.ChoiceField(choices=[("a", "A")]), "a", "a"),
        (TeamRowField(Course.objects.for_team), 7, 7),
        (forms.DateTimeField(), "2026-03-11T09:00:00-03:00", MOMENT),
        (forms.DateTimeField(required=False), None, None),
        (forms.DateField(), "2026-03-11", MOMENT.date()),
        (forms.IntegerField(max_value=8), 8, 8),
        (forms.BooleanField(required=False), False, False),
        (forms.BooleanField(), True, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_api_derives_the_field_of_a_new_change_from_its_form(monkeypatch, field, sent, read):
    assert asked(monkeypatch, form_of(other=field), sent, find=lambda _team, key: key) == read


@pytest.mark.parametrize(
    ("field", "sent", "error"),
    [
        (forms.CharField(max_length=3), "demais", "3 characters"),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "not a valid choice"),
        (forms.DateTimeField(), "2026-03-11T09:00:00", "Include a time zone"),
        (forms.DateTimeField(), None, "may not be null"),
        (forms.DateField(), "amanhã", "Date has wrong format"),
        (forms.IntegerField(max_value=8), 9, "less than or equal to 8"),
        (forms.BooleanField(required=False), None, "may not be null"),
        (forms.BooleanField(), False, "Send true, or leave it out."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_api_refuses_invalid_values_of_a_new_change(monkeypatch, field, sent, error):
    assert error in asked(monkeypatch, form_of(other=field), sent)


@pytest.mark.parametrize("field", [forms.DurationField(), forms.FloatField(), forms.DecimalField()])
def test_a_new_change_whose_form_has_no_api_field_must_be_declared(monkeypatch, field):
    with pytest.raises(TypeError, match="declare the field of WhatChanges for other"):
        asked(monkeypatch, form_of(other=field), 1)


def test_a_change_with_a_row_as_value_must_define_how_to_find_it():
    with pytest.raises(TypeError, match="how the row of other is found"):
        replace(UNMERGE, name="other", form=form_of(other=TeamRowField(Course.objects.for_team)))


def test_the_api_requests_a_new_change_without_a_value_with_true(monkeypatch):
    assert asked(monkeypatch, None, True) is True
    assert asked(monkeypatch, None, False) == "Send true, or leave it out."


def test_only_the_teams_own_rows_can_be_chosen(team):
    form = form_of(course=TeamRowField(Course.objects.for_team))
    course, foreign = CourseFactory(team=team), CourseFactory()
    assert form({"course": course.pk}, team=team).is_valid()
    assert not form({"course": foreign.pk}, team=team).is_valid()


ALONG = {ASSIGNEE: {"status"}, STATUS: {"snoozed_until"}}  # what follows from it
# The values of what is typed and never chosen, and of what alters all that it may by another than the first one.
GIVEN = {QUESTION: ("Não abre", "video"), STATUS: "resolved"}


@pytest.fixture
def changeable(team, learner):
    """A ticket of a team that has tags, and of a learner who has another."""
    TAG.make(open_ticket(team, learner=learner), Actor.system(), "vip")
    return open_ticket(team, learner=learner)


def value_of(change, membership, ticket):
    """What it is asked for with: one of GIVEN, else the first value that is offered; nothing without a form."""
    if change.form is None or change in GIVEN:
        return GIVEN.get(change)
    offered = [choice.value for choice in change.choices(membership, ticket)]
    assert offered, f"{change.name} is offered no value: give one in GIVEN"
    form = change.form({change.form.first_field(): offered[0]}, team=membership.team, person=membership.user_id)
    assert form.is_valid(), form.errors
    return form.value


def make(change, membership, ticket):
    """Make the change, by its first value."""
    change.make(ticket, Actor.person(membership.user), value_of(change, membership, ticket))


def made(change):
    """That this change has been made."""
    return partial(make, change)


# What is done to a ticket, by a member, without which a change has nothing to alter.
BEFORE: dict[Change, Callable[[Membership, Ticket], None]] = {
    UNTAG: made(TAG),
    UNSNOOZE: made(SNOOZE),
    UNMERGE: made(MERGE),
}


@pytest.mark.parametrize(
    "change", [change for change in BULK_CHANGES.values() if change.form], ids=lambda change: change.name
)
def test_a_value_is_stored_as_text_and_loaded_unchanged(agent_membership, changeable, change):
    if prepare := BEFORE.get(change):
        prepare(agent_membership, changeable)
    value = value_of(change, agent_membership, changeable)
    assert change.load(change.store(value)) == value


def test_nobody_is_stored_as_text_and_loaded_as_nobody():
    assert ASSIGNEE.load(ASSIGNEE.store(None)) is None


def test_a_deleted_user_cannot_be_assigned(agent):
    with translation.override("en"), pytest.raises(ActionRefused, match="no such member"):
        ASSIGNEE.load(str(agent.pk + 1))


def test_nothing_can_be_merged_into_a_deleted_ticket(team):
    with translation.override("en"), pytest.raises(ActionRefused, match="no such ticket"):
        MERGE.load(str(open_ticket(team).pk + 1))


@pytest.mark.parametrize("change", REVERSIBLE.values(), ids=REVERSIBLE)
def test_a_change_alters_only_its_attributes_and_can_be_undone(agent_membership, changeable, change):
    ticket, actor = changeable, Actor.person(agent_membership.user)
    if prepare := BEFORE.get(change):
        prepare(agent_membership, ticket)
    was = state_of(ticket)
    make(change, agent_membership, ticket)
    before, after = altered(was, state_of(ticket))
    assert change.attributes <= before.keys() <= change.altered | ALONG.get(change, set())
    restore(ticket, actor, before, after)
    ticket.refresh_from_db()
    now = state_of(ticket)
    assert {name: now[name] for name in change.attributes} == {name: was[name] for name in change.attributes}


def test_every_offered_value_is_valid_in_the_form_of_its_change(team, agent_membership):
    ticket = open_ticket(team)
    for choices in (menu_choices(agent_membership), menu_choices(agent_membership, ticket)):
        assert [change for change, _values in choices] == [
            change for change in BULK_CHANGES.values() if change.is_in_menus
        ]
        for change, offered in choices:
            others = [choice for choice in offered if not choice.is_current]
            assert others, change.name
            for value, label, _is_current in others:
                assert change.form
                data = {change.form.first_field(): value}
                assert change.form(data, team=team, person=agent_membership.user_id).is_valid(), (value, label)


def test_every_value_offered_for_a_ticket_is_valid_in_the_form_of_its_change(team, agent_membership, changeable):
    ticket = changeable
    SNOOZE.make(ticket, Actor.system(), timezone.now() + timedelta(hours=1))
    TAG.make(ticket, Actor.system(), "acesso")
    offered = {change: list(change.choices(agent_membership, ticket)) for change in BULK_CHANGES.values()}
    offering = {change for change in BULK_CHANGES.values() if change.choices is not no_choices}
    assert {change for change, choices in offered.items() if choices} == offering
    for change, choices in offered.items():
        for value, label, *_row in choices:
            if change.form:
                data = {change.form.first_field(): value}
                assert change.form(data, team=team, person=agent_membership.user_id).is_valid(), (value, label)


def test_only_possible_next_statuses_are_offered(team, agent_membership):
    ticket = open_ticket(team)
    STATUS.make(ticket, Actor.system(), "resolved")
    current, *others = dict(menu_choices(agent_membership, ticket))[STATUS]
    assert current == ("resolved", Status.RESOLVED.label, True)
    assert [(value, label) for value, label, _is_current in others] == [
        ("open", Status.OPEN.label),
        ("closed", Status.CLOSED.label),
    ]


def test_a_menu_marks_the_current_value_of_each_change(team, agent, agent_membership):
    ticket = open_ticket(team)

    def shown():
        offered = menu_choices(agent_membership, ticket)
        return {change: [choice[:2] for choice in choices if choice.is_current] for change, choices in offered}

    assert shown() == {
        STATUS: [("new", Status.NEW.label)],
        ASSIGNEE: [("", "Ninguém")],
        PRIORITY: [(2, Priority.NORMAL.label)],
        SNOOZE: [],
    }
    ASSIGNEE.make(ticket, Actor.person(agent), agent)
    SNOOZE.make(ticket, Actor.person(agent), SnoozeForm.moment_of(SnoozeForm.TOMORROW))
    assert [value for [(value, _label)] in shown().values()] == ["open", "me", 2, SnoozeForm.TOMORROW]
    SNOOZE.make(ticket, Actor.person(agent), timezone.now() + timedelta(days=40))
    [(value, label)] = shown()[SNOOZE]
    assert (value, "<time" in label) == (None, True)


def test_a_former_member_is_not_marked_as_current_assignee(team, agent_membership):
    ticket = open_ticket(team)
    membership = MembershipFactory(team=team)
    ASSIGNEE.make(ticket, Actor.system(), membership.user)
    membership.delete()
    assert not any(choice.is_current for choice in dict(menu_choices(agent_membership, ticket))[ASSIGNEE])
