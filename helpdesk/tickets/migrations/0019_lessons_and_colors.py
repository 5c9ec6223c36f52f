"""A ticket's lesson, and colors of tags."""

import django.db.models.deletion
from django.db import migrations, models

COLORS = ["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"]


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_lessons"), ("tickets", "0018_texts")]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="color",
            field=models.CharField(
                blank=True,
                choices=[(color, color.title()) for color in COLORS],
                db_default="",
                default="",
                max_length=10,
                verbose_name="color",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="lesson",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="Where the learner was just before asking, by their activity; empty if that is not known.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tickets",
                to="courses.lesson",
                verbose_name="lesson",
            ),
        ),
    ]
