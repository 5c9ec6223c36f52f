from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0027_tag_test_asked_at")]

    operations = [
        migrations.AddField(
            "inboundemail",
            "left_out",
            models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What of it is not with its message, and why: files that are not taken, text that is too long.",
                verbose_name="left out",
            ),
        ),
        migrations.AlterField(
            "inboundemail",
            "undo",
            models.JSONField(
                db_default={}, default=dict, editable=False, help_text="What filing it altered, and how it was."
            ),
        ),
    ]
