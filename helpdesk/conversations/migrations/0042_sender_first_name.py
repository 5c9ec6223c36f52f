"""The first name that learners read as the sender: nothing was signed. The column keeps its name, for the version before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0041_reason_parts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "questionrequest",
                    "signed_by",
                    models.CharField(
                        blank=True,
                        db_column="signed_by",
                        db_default="",
                        default="",
                        editable=False,
                        help_text="The first name in the sender of its e-mail; empty: the school alone.",
                        max_length=150,
                    ),
                ),
                migrations.RenameField("questionrequest", "signed_by", "sender_first_name"),
            ]
        ),
    ]
