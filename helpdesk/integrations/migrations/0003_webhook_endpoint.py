"""Names as everyone says them; the tables and their columns keep theirs, so that the version before runs beside."""

import django.db.models.deletion
from django.db import migrations, models

RENAMED = {"subscription": "webhookendpoint", "subscriptiondelivery": "webhookdelivery"}

# Jobs that wait were made for a parameter by the old name.
RENAME_ARGUMENT = """
    UPDATE procrastinate_jobs
    SET args = (args - 'subscription_id') || jsonb_build_object('endpoint_id', args -> 'subscription_id')
    WHERE status = 'todo' AND args ? 'subscription_id'
"""


def rename_permissions(apps, schema_editor):
    """What an operator was given goes by the new names as well."""
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="integrations")
    for old, new in RENAMED.items():
        for verb in ("add", "change", "delete", "view"):
            permissions.filter(codename=f"{verb}_{old}").update(codename=f"{verb}_{new}")


# The name of an index → how it is made anew in the state: renaming a field leaves its indexes with the old name.
INDEXES = {
    "subscription_delivery_log": {"fields": ["endpoint", "-id"]},
    "subscription_delivery_of_state": {"fields": ["endpoint", "state", "-id"]},
    "subscription_delivery_pending": {"fields": ["endpoint", "id"], "condition": models.Q(state="pending")},
    "subscription_delivery_due": {"fields": ["endpoint", "next_attempt_at"], "condition": models.Q(state="pending")},
}


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0002_due_by_the_clock_of_the_database"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procrastinate", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelTable(name="subscription", table="integrations_subscription"),
        migrations.AlterModelTable(name="subscriptiondelivery", table="integrations_subscriptiondelivery"),
        migrations.AlterField(
            model_name="subscriptiondelivery",
            name="subscription",
            field=models.ForeignKey(
                db_column="subscription_id",
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="integrations.subscription",
                verbose_name="webhook",
            ),
        ),
        migrations.RenameModel("Subscription", "WebhookEndpoint"),
        migrations.RenameModel("SubscriptionDelivery", "WebhookDelivery"),
        migrations.RenameField("webhookdelivery", "subscription", "endpoint"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for name, index in INDEXES.items()
                for operation in (
                    migrations.RemoveIndex("webhookdelivery", name),
                    migrations.AddIndex("webhookdelivery", models.Index(name=name, **index)),
                )
            ]
        ),
        migrations.AlterModelOptions(
            "webhookendpoint", {"ordering": ["pk"], "verbose_name": "webhook", "verbose_name_plural": "webhooks"}
        ),
        migrations.AlterModelOptions(
            "webhookdelivery", {"verbose_name": "webhook delivery", "verbose_name_plural": "webhook deliveries"}
        ),
        migrations.AlterField(
            "webhookendpoint",
            "team",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="webhook_endpoints",
                to="teams.team",
                verbose_name="team",
            ),
        ),
        migrations.AlterField(
            "deliveryattempt",
            "delivery",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="log",
                to="integrations.webhookdelivery",
                verbose_name="webhook delivery",
            ),
        ),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL(RENAME_ARGUMENT, migrations.RunSQL.noop, elidable=True),
    ]
