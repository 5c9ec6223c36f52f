"""Triggers that mark what a change makes stale of the summaries of days, in the transaction of the change.

A change marks the moments at which its ticket was requested and resolved, before and after, where they are a day old:
younger days are not summarized yet, so that what comes in costs one comparison. The columns are those that `figures.py`
counts by. The marks that deleting a team's tickets leaves go with the team. `durations` are read in parts, for which
they must not be compressed.
"""

from django.db import migrations

OLD = "now() - interval '1 day'"
TICKET = (
    "requested_at resolved_at first_responded_at status course_id lesson_id assignee_id merged_into_id request_count "
    "topic question_origin question_known_at"
)
# Of what belongs to a ticket: the columns by which it is counted.
OF_TICKET = {
    "tickets_ticket_tags": "ticket_id tag_id",
    "conversations_rating": "ticket_id resolved_at score",
    "conversations_questionrequest": "ticket_id kind state reason decided_at answered_at",
    "conversations_shownguess": "ticket_id topics",
}
CREATE_FUNCTIONS = """
CREATE FUNCTION mark_stale_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_stalemoment (team_id, moment)
    SELECT DISTINCT coalesce(NEW.team_id, OLD.team_id), moment
    FROM unnest(ARRAY[OLD.requested_at, OLD.resolved_at, NEW.requested_at, NEW.resolved_at]) AS moment
    WHERE moment < now() - interval '1 day';
    RETURN NULL;
END $$;
CREATE FUNCTION mark_ticket_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_stalemoment (team_id, moment)
    SELECT team_id, moment FROM tickets_ticket, unnest(ARRAY[requested_at, resolved_at]) AS moment
    WHERE id IN (OLD.ticket_id, NEW.ticket_id) AND moment < now() - interval '1 day';
    RETURN NULL;
END $$;
CREATE FUNCTION drop_stale_moments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM reports_stalemoment WHERE team_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER drop_stale_moments AFTER DELETE ON teams_team FOR EACH ROW EXECUTE FUNCTION drop_stale_moments();
"""


def are_others(columns: str) -> str:
    """That one of these columns has another value."""
    old, new = (", ".join(f"{row}.{column}" for column in columns.split()) for row in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"


def is_old(row: str) -> str:
    """That the ticket's row has a moment of which there are summaries."""
    return f"({row}.requested_at < {OLD} OR {row}.resolved_at < {OLD})"


def create_triggers() -> str:
    """One for each way in which a row changes, with its condition, so that the function is seldom called."""
    conditions = {
        "INSERT": is_old("NEW"),
        "DELETE": is_old("OLD"),
        "UPDATE": f"({is_old('OLD')} OR {is_old('NEW')}) AND {are_others(TICKET)}",
    }
    made = [
        f"CREATE TRIGGER mark_stale_{how.lower()} AFTER {how} ON tickets_ticket FOR EACH ROW WHEN ({condition}) "
        "EXECUTE FUNCTION mark_stale_ticket();"
        for how, condition in conditions.items()
    ]
    for table, columns in OF_TICKET.items():
        made.append(
            f"CREATE TRIGGER mark_stale AFTER INSERT OR DELETE ON {table} FOR EACH ROW "
            "EXECUTE FUNCTION mark_ticket_stale();"
            f"CREATE TRIGGER mark_stale_update AFTER UPDATE ON {table} FOR EACH ROW WHEN ({are_others(columns)}) "
            "EXECUTE FUNCTION mark_ticket_stale();"
        )
    return "\n".join(made)


DROP = "\n".join(
    [
        *(f"DROP TRIGGER mark_stale_{how} ON tickets_ticket;" for how in ("insert", "delete", "update")),
        *(f"DROP TRIGGER mark_stale ON {table}; DROP TRIGGER mark_stale_update ON {table};" for table in OF_TICKET),
        "DROP TRIGGER drop_stale_moments ON teams_team;",
        "DROP FUNCTION mark_stale_ticket(); DROP FUNCTION mark_ticket_stale(); DROP FUNCTION drop_stale_moments();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_summaries"),
        ("tickets", "0041_old_words"),
        ("conversations", "0020_emails_with_bytes"),
    ]

    operations = [
        migrations.RunSQL(CREATE_FUNCTIONS + create_triggers(), DROP),
        migrations.RunSQL(
            "ALTER TABLE reports_summarydurations ALTER COLUMN durations SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
    ]
