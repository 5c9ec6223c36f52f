"""Lessons that learners ask for help in, and when a learner was heard of last."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0011_texts"), ("teams", "0007_texts")]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "named_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="When the event with this name happened (UTC), so that an older event does not bring "
                        "back an old name.",
                        verbose_name="named",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name="updated"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Nutror’s ID of the lesson; its title where events name none.",
                        max_length=255,
                        verbose_name="key",
                    ),
                ),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to="courses.course",
                        verbose_name="course",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={"verbose_name": "lesson", "verbose_name_plural": "lessons"},
        ),
        migrations.AddConstraint(
            model_name="lesson", constraint=models.UniqueConstraint(fields=["course", "key"], name="lesson_key")
        ),
        migrations.AddField(
            model_name="learner",
            name="last_activity_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
                help_text="The time of the newest event about them (UTC), help requests included.",
                verbose_name="last activity",
            ),
        ),
    ]
