"""In which language a first reply is written, and the e-mail with it was."""

from django.db import migrations, models

LANGUAGES = [("pt-br", "Brazilian Portuguese"), ("en", "English")]


class Migration(migrations.Migration):
    dependencies = [("conversations", "0017_new_subjects")]

    operations = [
        migrations.AddField(
            "firstreply",
            "language",
            models.CharField(
                "language",
                max_length=10,
                choices=LANGUAGES,
                blank=True,
                default="",
                db_default="",
                help_text="Of the text, and so of all of the e-mail; empty: the installation's.",
            ),
        ),
        migrations.AddField(
            "questionrequest",
            "language",
            models.CharField(
                "language",
                max_length=10,
                blank=True,
                default="",
                db_default="",
                editable=False,
                help_text="In which the learner was asked.",
            ),
        ),
    ]
