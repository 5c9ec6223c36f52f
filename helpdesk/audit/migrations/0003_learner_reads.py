"""What is read through the API, append-only as the log is; the function of its trigger is that of the log's."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

CREATE = """
ALTER TABLE audit_learnerread ADD CONSTRAINT learner_read_team FOREIGN KEY (team_id) REFERENCES teams_team ON DELETE CASCADE;
CREATE TRIGGER refuse_change_of_learner_reads BEFORE UPDATE OR DELETE ON audit_learnerread
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_log();
"""
DROP = """
DROP TRIGGER refuse_change_of_learner_reads ON audit_learnerread;
ALTER TABLE audit_learnerread DROP CONSTRAINT learner_read_team;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_incident_kinds"),
        ("teams", "0015_single_sign_on"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("learner_viewed", "Looked at a learner"),
                    ("learner_corrected", "Corrected a learner’s name"),
                    ("phone_changed", "Changed a learner’s phone"),
                    ("export_requested", "Requested a learner’s export"),
                    ("export_downloaded", "Downloaded a learner’s export"),
                    ("erasure_requested", "Requested a learner’s erasure"),
                    ("erasure_agreed", "Agreed to a learner’s erasure"),
                    ("erasure_withdrawn", "Withdrew a learner’s erasure"),
                    ("member_invited", "Invited a member"),
                    ("invitation_renewed", "Renewed an invitation"),
                    ("invitation_revoked", "Withdrew an invitation"),
                    ("member_joined", "Joined the team"),
                    ("role_changed", "Changed a role"),
                    ("member_removed", "Removed a member"),
                    ("token_created", "Created an API token"),
                    ("token_revoked", "Revoked an API token"),
                    ("source_created", "Connected Eduzz"),
                    ("source_changed", "Changed a connection with Eduzz"),
                    ("source_deleted", "Deleted a connection with Eduzz"),
                    ("key_added", "Added a signing key"),
                    ("key_retired", "Disabled a signing key"),
                    ("webhook_created", "Created a webhook"),
                    ("webhook_changed", "Changed a webhook"),
                    ("webhook_secret_rotated", "Made a new secret for a webhook"),
                    ("webhook_enabled", "Turned a webhook on"),
                    ("webhook_disabled", "Turned a webhook off"),
                    ("webhook_deleted", "Deleted a webhook"),
                    ("mailbox_added", "Added a mailbox"),
                    ("mailbox_changed", "Changed a mailbox"),
                    ("mailbox_deleted", "Deleted a mailbox"),
                    ("sender_changed", "Changed the sender of e-mails"),
                    ("sender_confirmed", "Confirmed the sender of e-mails"),
                    ("erasure_rule_changed", "Changed whether a second person must agree to erasures"),
                    ("retention_changed", "Changed how long data is kept"),
                    ("incident_recorded", "Recorded an incident"),
                    ("incident_changed", "Changed an incident"),
                    ("settings_changed", "Changed settings"),
                    ("log_exported", "Downloaded the audit log"),
                    ("report_downloaded", "Downloaded a report"),
                    ("checks_run", "Checked the installation"),
                    ("backup_made", "Made a backup"),
                    ("backup_restored", "Restored a backup"),
                ],
                max_length=30,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="LearnerRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client",
                    models.CharField(
                        help_text="The token, or the person, that read it.", max_length=30, verbose_name="client"
                    ),
                ),
                ("name", models.CharField(help_text="As it was then.", max_length=150, verbose_name="name")),
                ("learner_id", models.BigIntegerField(verbose_name="key of the learner")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "address",
                    models.GenericIPAddressField(
                        help_text="For IPv6, the /64 network.", null=True, verbose_name="address"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="first read")),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "read through the API",
                "verbose_name_plural": "reads through the API",
                "indexes": [
                    models.Index(fields=["team", "created_at", "id"], name="learner_read_newest"),
                    models.Index(fields=["team", "client", "created_at", "id"], name="learner_read_of_client"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "learner_id", "client", "day"), name="learner_read_once_a_day"
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
