"""The indexes of the inbox, in which tickets come first whose message did not get to the learner.

They are built with the product running. The old ones, by which the version before this one asks, go last.
"""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.lookups import IsNull

from helpdesk.operations.postgresql.build_index import BuildIndex

IS_UNFINISHED = models.Q(merged_into__isnull=True, status__in=["new", "open", "pending", "on_hold"])


def index(name, *first):
    """In the inbox's order, after the team and these."""
    columns = [models.F("urgency"), models.F("requested_at"), models.F("id")]
    is_sent = IsNull(models.F("sending_failed_at"), True)
    return models.Index("team", *first, is_sent, *columns, name=name, condition=IS_UNFINISHED)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0034_held_notes")]

    operations = [
        BuildIndex("ticket", index("ticket_queue")),
        BuildIndex("ticket", index("ticket_queue_of", "assignee")),
        BuildIndex("ticket", index("ticket_queue_status", "status")),
        RemoveIndexConcurrently("ticket", "ticket_inbox"),
        RemoveIndexConcurrently("ticket", "ticket_inbox_of"),
        RemoveIndexConcurrently("ticket", "ticket_inbox_status"),
    ]
