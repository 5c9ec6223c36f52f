"""A topic that is chosen with a button is a change that can be undone."""

from django.db import migrations, models

KINDS = [
    ("status", "Status"),
    ("assignee", "Assignee"),
    ("priority", "Priority"),
    ("tag", "Tag"),
    ("untag", "Tag removed"),
    ("snooze", "Snooze"),
    ("unsnooze", "Brought back"),
    ("merge", "Merged"),
    ("unmerge", "Split off"),
    ("topic", "Topic"),
]


class Migration(migrations.Migration):
    dependencies = [("bulk", "0007_kept_changes")]

    operations = [
        migrations.AlterField(
            "bulkchange", "kind", models.CharField(choices=KINDS, max_length=10, verbose_name="change")
        ),
    ]
