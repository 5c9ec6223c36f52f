"""The history that was there before positions were: it keeps its order, and is not told again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.tickets.models import TicketEvent
from helpdesk.tickets.publishing import last_position
from tests.factories import TeamFactory, open_ticket, publish


def migrate(*targets):
    """To these migrations, to the newest of every room without any; gives the models of then."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps


@pytest.mark.django_db(transaction=True)
def test_old_events_get_places_before_new_ones_and_those_of_old_code_are_published():
    team = TeamFactory()
    ticket = open_ticket(team)
    old = [ticket.events.get().pk, *(open_ticket(team).events.get().pk for _ in range(2))]
    try:
        migrate(("tickets", "0006_done_index"))
        then = migrate(("tickets", "0007_event_position")).get_model("tickets", "TicketEvent")
        facts = {"team_id": team.pk, "ticket_id": ticket.pk, "kind": "created", "actor_kind": "system"}
        late = then.objects.create(**facts).pk  # by a process that has not been restarted yet
    finally:
        migrate()
    assert dict(TicketEvent.objects.values_list("pk", "position")) == {pk: pk for pk in old} | {late: None}
    assert not TicketEvent.objects.filter(pk__in=old, published_at=None).exists()
    publish()
    assert TicketEvent.objects.get(pk=late).position == last_position() > max(old)
