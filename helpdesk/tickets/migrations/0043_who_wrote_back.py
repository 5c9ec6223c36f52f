"""The indexes of the inbox, in which learners who wrote back come behind the urgent, the longest waiting first.

They are built with the product running. The old ones, by which the version before this one asks, go last.
"""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Case, F, IntegerField, Q, When
from django.db.models.lookups import IsNull

from helpdesk.operations.postgresql.build_index import BuildIndex
from helpdesk.tickets.models.inbox_order import Literal

IS_UNFINISHED = Q(merged_into__isnull=True, status__in=["new", "open", "pending", "on_hold"])
HAS_REPLIED = Q(
    awaiting_reply_since__isnull=False,
    first_responded_at__isnull=False,
    urgency__gte=Literal(1),
    urgency__lte=Literal(4),
)


def index(name, *first):
    """In the inbox's order, after the team and these."""
    is_sent = IsNull(F("sending_failed_at"), True)
    rank = Case(When(HAS_REPLIED, then=Literal(5)), default=F("urgency") * Literal(10), output_field=IntegerField())
    since = Case(When(HAS_REPLIED, then=F("awaiting_reply_since")), default=F("requested_at"))
    return models.Index("team", *first, is_sent, rank, since, F("id"), name=name, condition=IS_UNFINISHED)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0042_plain_words")]

    operations = [
        BuildIndex("ticket", index("ticket_inbox")),
        BuildIndex("ticket", index("ticket_inbox_of", "assignee")),
        BuildIndex("ticket", index("ticket_inbox_status", "status")),
        RemoveIndexConcurrently("ticket", "ticket_queue"),
        RemoveIndexConcurrently("ticket", "ticket_queue_of"),
        RemoveIndexConcurrently("ticket", "ticket_queue_status"),
    ]
