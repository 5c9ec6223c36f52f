"""Who views a ticket; the table is there already: tickets/migrations/0004 created it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0024_two_factor_choices"),
        ("tickets", "0045_models_of_other_rooms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="TicketViewer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen")),
                        ("is_writing", models.BooleanField(default=False, verbose_name="writing")),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="teams.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="viewers",
                                to="tickets.ticket",
                                verbose_name="ticket",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ticket viewer",
                        "verbose_name_plural": "ticket viewers",
                        "db_table": "tickets_ticketviewer",
                        "constraints": [models.UniqueConstraint(fields=("ticket", "user"), name="ticket_viewer_once")],
                    },
                ),
            ]
        ),
    ]
