"""Ratings count for who resolved what is rated: so another of these changes a day, and what was counted is counted anew."""

from django.db import migrations

COLUMNS = "ticket_id created_at score resolved_by_id"
BEFORE = "ticket_id created_at score"
BATCH = 1_000


def trigger(columns: str) -> str:
    """That of ratings of which one of these columns has another value."""
    old, new = (", ".join(f"{row}.{column}" for column in columns.split()) for row in ("OLD", "NEW"))
    return (
        "CREATE OR REPLACE TRIGGER mark_stale_update AFTER UPDATE ON conversations_rating FOR EACH ROW "
        f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION mark_stale_rating()"
    )


def count_anew(apps, schema_editor):
    """Have no day hold that was counted by what was counted before."""
    days = apps.get_model("reports", "SummaryDay").objects
    while pks := list(days.filter(defined_at__isnull=False).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        days.filter(pk__in=pks).update(defined_at=None)


class Migration(migrations.Migration):
    atomic = False  # so that nobody waits while days are changed
    dependencies = [("reports", "0004_ratings_given")]

    operations = [
        migrations.RunSQL(trigger(COLUMNS), trigger(BEFORE)),
        migrations.RunPython(count_anew, count_anew, elidable=True),
    ]
