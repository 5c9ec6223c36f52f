"""The audit log, of which the database changes nothing, and deletes only what is old, or of a team that is gone.

Retention says that it is at work by a setting of its transaction. Emptying the whole table is the owner's of the
database, who could drop the trigger as well.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

CREATE = """
ALTER TABLE audit_auditevent ADD CONSTRAINT audit_event_team FOREIGN KEY (team_id) REFERENCES teams_team ON DELETE CASCADE;
CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        current_setting('helpdesk.audit_retention', true) = 'on'
        OR NOT EXISTS (SELECT FROM teams_team WHERE id = OLD.team_id) AND OLD.team_id IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse_change_of_audit_log BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_log();
"""
DROP = """
DROP TRIGGER refuse_change_of_audit_log ON audit_auditevent;
DROP FUNCTION refuse_change_of_audit_log();
ALTER TABLE audit_auditevent DROP CONSTRAINT audit_event_team;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0012_unknown_emails"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("learner_viewed", "Looked at a learner"),
                            ("learner_corrected", "Corrected a learner’s name"),
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
                            ("settings_changed", "Changed settings"),
                            ("log_exported", "Downloaded the audit log"),
                            ("checks_run", "Checked the installation"),
                            ("backup_made", "Made a backup"),
                            ("backup_restored", "Restored a backup"),
                        ],
                        max_length=30,
                        verbose_name="what",
                    ),
                ),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="key of the person")),
                (
                    "actor_name",
                    models.CharField(blank=True, help_text="As it was then.", max_length=150, verbose_name="person"),
                ),
                ("learner_id", models.BigIntegerField(null=True, verbose_name="key of the learner")),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="Never about a learner.", max_length=200, verbose_name="about"
                    ),
                ),
                (
                    "details",
                    models.CharField(
                        blank=True,
                        help_text="Roles and names of settings, with spaces between.",
                        max_length=200,
                        verbose_name="details",
                    ),
                ),
                (
                    "address",
                    models.GenericIPAddressField(
                        help_text="For IPv6, the /64 network.", null=True, verbose_name="address"
                    ),
                ),
                (
                    "look_hour",
                    models.DateTimeField(
                        editable=False, help_text="Of a look, by which one in it is noted.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the audit log",
                "verbose_name_plural": "entries of the audit log",
                "indexes": [
                    models.Index(fields=["team", "created_at", "id"], name="audit_event_newest"),
                    models.Index(fields=["team", "actor_id", "created_at", "id"], name="audit_event_of_person"),
                    models.Index(fields=["team", "kind", "created_at", "id"], name="audit_event_of_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("look_hour__isnull", False)),
                        fields=("team", "learner_id", "actor_id", "look_hour"),
                        name="audit_event_one_look_an_hour",
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
