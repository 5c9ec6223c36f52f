"""What learners get by themselves, and to whom no e-mail goes, stands in the log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0006_corrected_addresses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("learner_viewed", "Looked at a learner"),
                    ("learner_corrected", "Corrected a learner’s name"),
                    ("address_corrected", "Corrected a learner’s address"),
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
                    ("source_created", "Created a source"),
                    ("source_changed", "Changed a source"),
                    ("source_deleted", "Deleted a source"),
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
                    ("first_reply_changed", "Changed a first reply"),
                    ("first_reply_deleted", "Deleted a first reply"),
                    ("address_suppressed", "Stopped e-mail to an address"),
                    ("address_allowed", "Allowed e-mail to an address again"),
                    ("erasure_rule_changed", "Changed whether a second person must agree to erasures"),
                    ("retention_changed", "Changed how long data is kept"),
                    ("incident_recorded", "Recorded an incident"),
                    ("incident_changed", "Changed an incident"),
                    ("settings_changed", "Changed settings"),
                    ("affected_downloaded", "Downloaded who was affected by an incident"),
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
    ]
