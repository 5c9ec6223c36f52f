"""An e-mail a day for each kind of trouble, and not one for all of them."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_last(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was told goes on being told."""
    for source in (
        apps.get_model("webhooks", "Source").objects.exclude(reported_health="").exclude(health_reported_at=None)
    ):
        source.health_reports = {source.reported_health: source.health_reported_at.isoformat()}
        source.save(update_fields=["health_reports"])


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0005_deliveries_without_foreign_keys")]

    operations = [
        migrations.AddField(
            "source",
            "health_reports",
            models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                editable=False,
                help_text="When the last e-mail about each kind of trouble was sent (UTC).",
                verbose_name="health reports",
            ),
        ),
        migrations.RunPython(keep_last, migrations.RunPython.noop),
        migrations.RemoveField("source", "health_reported_at"),
        migrations.AlterField(
            "source",
            "last_rejection",
            models.CharField(
                blank=True,
                choices=[
                    ("unverified", "The signature matches none of the keys"),
                    ("unsigned", "There is no readable signature"),
                    ("too_large", "The body is over 256 KiB"),
                    ("disabled", "The connection is switched off"),
                ],
                editable=False,
                max_length=20,
                verbose_name="reason of the last rejection",
            ),
        ),
    ]
