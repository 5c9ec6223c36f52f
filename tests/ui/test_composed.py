"""A query that is composed once answers each time for the keys that it is given then, and for that time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.tickets.models import Ticket
from helpdesk.ui.composed import KEYS, ComposedQuery
from tests.factories import TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_a_query_is_composed_once_and_reused_with_other_keys(team):
    composed = []

    def numbers(team, number):
        composed.append((team, number))
        return Ticket.objects.filter(team=team, number__gte=number).order_by("number").values_list("number")

    query, other = ComposedQuery(numbers), TeamFactory()
    open_ticket(other)
    for _ in range(3):
        open_ticket(team)
    assert query.rows(team=team.pk, number=2) == [(2,), (3,)]
    assert query.rows(number=1, team=other.pk) == [(1,)]
    assert query.rows(team=team.pk, number=4) == []
    assert len(composed) == 1


def test_a_key_may_occur_several_times_and_a_missing_one_is_an_error(team):
    query = ComposedQuery(lambda number: Ticket.objects.filter(number=number).exclude(pk=number).values_list("number"))
    ticket = open_ticket(team)
    assert query.rows(number=ticket.number) == ([] if ticket.pk == ticket.number else [(ticket.number,)])
    with pytest.raises(KeyError):
        query.rows()


def test_a_time_is_relative_to_now(team, monkeypatch):
    def lately(team):
        return Ticket.objects.filter(team=team, created_at__gt=timezone.now() - timedelta(days=7)).values_list("number")

    query, ticket = ComposedQuery(lately), open_ticket(team)
    assert query.rows(team=team.pk) == [(ticket.number,)]
    later = timezone.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert query.rows(team=team.pk) == []


def test_a_query_can_return_annotated_objects_and_be_embedded_in_sql(team):
    ticket = open_ticket(team)
    objects = ComposedQuery(lambda team: Ticket.objects.filter(team=team).annotate(twice=F("number") * 2))
    (found,) = objects.objects(team=team.pk)
    assert (found, found.learner_id, vars(found)["twice"]) == (ticket, ticket.learner_id, 2 * ticket.number)
    keys = Ticket.objects.values_list("pk")
    counted = ComposedQuery(lambda team: keys.filter(team=team), "SELECT count(*) FROM ({}) AS found")
    assert counted.rows(team=team.pk) == [(1,)]


def test_a_key_may_be_a_list_or_empty_and_a_value_may_be_none(team):
    tickets = [open_ticket(team) for _ in range(3)]

    def unassigned(person, keys=KEYS):
        nobody = Coalesce(Value(person, IntegerField()), 0)
        return Ticket.objects.filter(pk__any_of=keys).alias(nobody=nobody).filter(nobody=0).order_by("pk")

    query = ComposedQuery(unassigned)
    for keys in ([], [tickets[0].pk], [ticket.pk for ticket in tickets]):
        assert [ticket.pk for ticket in query.objects(keys=keys, person=None)] == keys
    assert query.objects(keys=[tickets[0].pk], person=1) == []


def test_constants_are_written_into_the_statement(team):
    """So that the one plan that the database keeps for all values may use indexes of such tickets alone."""
    first, second = open_ticket(team, question="100 % d'água"), open_ticket(team)
    same = Ticket.objects.filter(status__in=["new", "open"]).exclude(question="100 % d'água %s")
    query = ComposedQuery(lambda team: same.filter(team=team).order_by("pk").values_list("number")[:2])
    with CaptureQueriesContext(connection) as queries:
        assert query.rows(team=team.pk) == [(first.number,), (second.number,)]
    assert "IN ('new', 'open')" in query._composed.sql
    assert query._composed.sql.replace("%%", "").count("%s") == 1  # the team
    assert "100 % d''água %s" in queries[0]["sql"]
