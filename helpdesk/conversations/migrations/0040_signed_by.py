"""By whose first name a learner was asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0039_former_recipients")]

    operations = [
        migrations.AddField(
            "questionrequest",
            "signed_by",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="The first name in the sender of its e-mail; empty: the school alone.",
                max_length=150,
            ),
        ),
    ]
