"""Which mailboxes take addresses with a tag: known where answers came by one already."""

from typing import Any

from django.db import migrations, models


def note_those_that_do(apps: Any, schema_editor: Any) -> None:
    """Mailboxes through which a learner's answer came by the token of its address."""
    emails = apps.get_model("conversations", "InboundEmail").objects
    of_mailbox = emails.filter(mailbox=models.OuterRef("pk"), message__trust="token")
    mailboxes = apps.get_model("conversations", "Mailbox").objects
    proved = list(mailboxes.filter(models.Exists(of_mailbox)).values_list("pk", flat=True))
    mailboxes.filter(pk__in=proved).update(takes_tags=True)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0025_signing_domains")]

    operations = [
        migrations.AddField(
            "mailbox",
            "takes_tags",
            models.BooleanField(
                blank=True,
                editable=False,
                help_text="Whether what is sent to its address with a tag behind a plus sign comes in; empty until that is known.",
                null=True,
                verbose_name="takes tags",
            ),
        ),
        migrations.AddField(
            "mailbox",
            "tag_test_hash",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            "mailbox",
            "tag_test_sent_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="tag tested"),
        ),
        migrations.RunPython(note_those_that_do, migrations.RunPython.noop, elidable=True),
    ]
