"""The hours each team works: before it chooses, on weekdays from 9 to 18."""

import django.core.validators
from django.db import migrations, models

import helpdesk.teams.business_hours


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0021_told_of_learners"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="business_hours",
            field=models.JSONField(
                db_default=models.Value(
                    {
                        "friday": {"from": "09:00", "to": "18:00"},
                        "monday": {"from": "09:00", "to": "18:00"},
                        "thursday": {"from": "09:00", "to": "18:00"},
                        "tuesday": {"from": "09:00", "to": "18:00"},
                        "wednesday": {"from": "09:00", "to": "18:00"},
                    },
                    models.JSONField(),
                ),
                default=helpdesk.teams.business_hours.usual_hours,
                editable=False,
                help_text="The hours the team works on each weekday, in its time zone.",
                validators=[helpdesk.teams.business_hours.validate_business_hours],
                verbose_name="business hours",
            ),
        ),
        migrations.AlterField(
            model_name="team",
            name="response_target_hours",
            field=models.PositiveSmallIntegerField(
                default=24,
                help_text="How soon the team aims to answer. Only business hours count, and 24 hours count as one working day.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(720)],
                verbose_name="answer within (hours)",
            ),
        ),
    ]
