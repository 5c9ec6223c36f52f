"""The history that was there before positions were: it keeps its order, and is not told again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.tickets.models import TicketEvent
from helpdesk.tickets.publishing import last_position
from tests.factories import TeamFactory, open_ticket, publish


def migrate(*targets):
    """To these migrations; to the newest of every room without any."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_old_events_get_places_before_new_ones_and_those_of_old_code_are_published():
    team = TeamFactory()
    old = [open_ticket(team).events.get().pk for _ in range(3)]
    try:
        migrate(("tickets", "0006_done_index"))
        migrate(("tickets", "0007_event_position"))
        late = open_ticket(team).events.get().pk  # by a process that has not been restarted yet
    finally:
        migrate()
    assert dict(TicketEvent.objects.values_list("pk", "position")) == {pk: pk for pk in old} | {late: None}
    assert not TicketEvent.objects.filter(pk__in=old, published_at=None).exists()
    publish()
    assert TicketEvent.objects.get(pk=late).position == last_position() > max(old)
