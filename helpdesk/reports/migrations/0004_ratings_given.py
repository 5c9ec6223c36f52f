"""Ratings count on the day on which they were given, whatever became of their ticket since.

So a rating marks that day too, and so does what changes its ticket. What was counted before is counted anew: `defined_at`
is empty in it.
"""

from django.db import migrations, models

COLUMNS = "ticket_id created_at score"
BEFORE = "ticket_id resolved_at score"

MARK_STALE_TICKET = """
CREATE OR REPLACE FUNCTION mark_stale_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_stalemoment (team_id, moment)
    SELECT DISTINCT coalesce(NEW.team_id, OLD.team_id), moment
    FROM unnest(ARRAY[OLD.requested_at, OLD.resolved_at, NEW.requested_at, NEW.resolved_at]{rated}) AS moment
    WHERE moment < now() - interval '1 day';
    RETURN NULL;
END $$;
"""
RATED = " || ARRAY(SELECT created_at FROM conversations_rating WHERE ticket_id IN (OLD.id, NEW.id))"
MARK_STALE_RATING = """
CREATE FUNCTION mark_stale_rating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_stalemoment (team_id, moment)
    SELECT DISTINCT coalesce(NEW.team_id, OLD.team_id), moment
    FROM unnest(ARRAY[OLD.created_at, NEW.created_at]) AS moment
    WHERE moment < now() - interval '1 day';
    RETURN NULL;
END $$;
"""
DROP_TRIGGERS = """
DROP TRIGGER mark_stale ON conversations_rating;
DROP TRIGGER mark_stale_update ON conversations_rating;
"""


def create_triggers(function: str, columns: str) -> str:
    """Those of ratings, which call this function where one of these columns has another value."""
    old, new = (", ".join(f"{row}.{column}" for column in columns.split()) for row in ("OLD", "NEW"))
    return (
        f"CREATE TRIGGER mark_stale AFTER INSERT OR DELETE ON conversations_rating FOR EACH ROW "
        f"EXECUTE FUNCTION {function}();"
        f"CREATE TRIGGER mark_stale_update AFTER UPDATE ON conversations_rating FOR EACH ROW "
        f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {function}();"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_plainer_texts"),
        ("conversations", "0031_rating_by_day"),
    ]

    operations = [
        migrations.AddField(
            "summaryday",
            "defined_at",
            models.DateTimeField(
                editable=False,
                help_text=(
                    "The same, where it was counted by what is counted now; a migration that changes that empties it."
                ),
                null=True,
            ),
        ),
        migrations.RunSQL(
            MARK_STALE_TICKET.format(rated=RATED)
            + MARK_STALE_RATING
            + DROP_TRIGGERS
            + create_triggers("mark_stale_rating", COLUMNS),
            DROP_TRIGGERS
            + "DROP FUNCTION mark_stale_rating();"
            + MARK_STALE_TICKET.format(rated="")
            + create_triggers("mark_ticket_stale", BEFORE),
        ),
    ]
