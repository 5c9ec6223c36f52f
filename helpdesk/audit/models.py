"""The audit log."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_DAYS = 2 * 365  # unless the team sets its own
READS_KEPT_DAYS = 180  # likewise


class AuditEvent(models.Model):
    """Something that somebody did. A trigger refuses changes, and deletions other than by retention.

    Learners are recorded by primary key only, so that events can stay after an erasure; members by key and current
    name, because events outlive accounts. The operator's actions for all teams have no team.
    """

    class Kind(models.TextChoices):
        """What somebody did, in the past tense."""

        LEARNER_VIEWED = "learner_viewed", _("Looked at a learner")
        LEARNER_CORRECTED = "learner_corrected", _("Corrected a learner’s name")
        ADDRESS_CORRECTED = "address_corrected", _("Corrected a learner’s address")
        PHONE_CHANGED = "phone_changed", _("Changed a learner’s phone")
        EXPORT_REQUESTED = "export_requested", _("Requested a learner’s export")
        EXPORT_DOWNLOADED = "export_downloaded", _("Downloaded a learner’s export")
        ERASURE_REQUESTED = "erasure_requested", _("Requested a learner’s erasure")
        ERASURE_AGREED = "erasure_agreed", _("Agreed to a learner’s erasure")
        ERASURE_WITHDRAWN = "erasure_withdrawn", _("Withdrew a learner’s erasure")
        MEMBER_INVITED = "member_invited", _("Invited a member")
        INVITATION_RENEWED = "invitation_renewed", _("Renewed an invitation")
        INVITATION_REVOKED = "invitation_revoked", _("Withdrew an invitation")
        MEMBER_JOINED = "member_joined", _("Joined the team")
        ROLE_CHANGED = "role_changed", _("Changed a role")
        MEMBER_REMOVED = "member_removed", _("Removed a member")
        TOKEN_CREATED = "token_created", _("Created an API token")
        TOKEN_REVOKED = "token_revoked", _("Revoked an API token")
        SOURCE_CREATED = "source_created", _("Created a source")
        SOURCE_CHANGED = "source_changed", _("Changed a source")
        SOURCE_DELETED = "source_deleted", _("Deleted a source")
        KEY_ADDED = "key_added", _("Added a signing key")
        KEY_RETIRED = "key_retired", _("Disabled a signing key")
        WEBHOOK_CREATED = "webhook_created", _("Created a webhook")
        WEBHOOK_CHANGED = "webhook_changed", _("Changed a webhook")
        WEBHOOK_SECRET_ROTATED = "webhook_secret_rotated", _("Made a new secret for a webhook")
        WEBHOOK_ENABLED = "webhook_enabled", _("Turned a webhook on")
        WEBHOOK_DISABLED = "webhook_disabled", _("Turned a webhook off")
        WEBHOOK_DELETED = "webhook_deleted", _("Deleted a webhook")
        MAILBOX_ADDED = "mailbox_added", _("Added a mailbox")
        MAILBOX_CHANGED = "mailbox_changed", _("Changed a mailbox")
        MAILBOX_DELETED = "mailbox_deleted", _("Deleted a mailbox")
        SENDER_CHANGED = "sender_changed", _("Changed the sender of e-mails")
        SENDER_CONFIRMED = "sender_confirmed", _("Confirmed the sender of e-mails")
        FIRST_REPLY_CHANGED = "first_reply_changed", _("Changed a first reply")
        FIRST_REPLY_DELETED = "first_reply_deleted", _("Deleted a first reply")
        ADDRESS_SUPPRESSED = "address_suppressed", _("Stopped e-mail to an address")
        ADDRESS_ALLOWED = "address_allowed", _("Allowed e-mail to an address again")
        ERASURE_RULE_CHANGED = "erasure_rule_changed", _("Changed whether a second person must agree to erasures")
        RETENTION_CHANGED = "retention_changed", _("Changed how long data is kept")
        INCIDENT_RECORDED = "incident_recorded", _("Recorded an incident")
        INCIDENT_CHANGED = "incident_changed", _("Changed an incident")
        SETTINGS_CHANGED = "settings_changed", _("Changed settings")
        AFFECTED_DOWNLOADED = "affected_downloaded", _("Downloaded who was affected by an incident")
        LOG_EXPORTED = "log_exported", _("Downloaded the audit log")
        REPORT_DOWNLOADED = "report_downloaded", _("Downloaded a report")
        CHECKS_RUN = "checks_run", _("Checked the installation")
        BACKUP_MADE = "backup_made", _("Made a backup")
        BACKUP_RESTORED = "backup_restored", _("Restored a backup")

    # The database deletes events with their team: Django would try it earlier, and the trigger would refuse.
    team = models.ForeignKey(
        "teams.Team",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
        verbose_name=_("team"),
    )
    kind = models.CharField(_("what"), max_length=30, choices=Kind)
    actor_id = models.BigIntegerField(_("key of the person"), null=True)
    actor_name = models.CharField(_("person"), max_length=150, blank=True, help_text=_("As it was then."))
    learner_id = models.BigIntegerField(_("key of the learner"), null=True)
    about = models.CharField(_("about"), max_length=200, blank=True, help_text=_("Never about a learner."))
    details = models.CharField(
        _("details"), max_length=200, blank=True, help_text=_("Roles and names of settings, separated by spaces.")
    )
    address = models.GenericIPAddressField(_("address"), null=True, help_text=_("For IPv6, the /64 network."))
    look_hour = models.DateTimeField(
        null=True, editable=False, help_text=_("The hour of the view: one entry per hour is kept.")
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("entries of the audit log")
        indexes = [
            models.Index(fields=["team", "created_at", "id"], name="audit_event_newest"),
            models.Index(fields=["team", "actor_id", "created_at", "id"], name="audit_event_of_person"),
            models.Index(fields=["team", "kind", "created_at", "id"], name="audit_event_of_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "learner_id", "actor_id", "look_hour"],
                condition=Q(look_hour__isnull=False),
                name="audit_event_one_look_an_hour",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} · {self.get_kind_display()}"


class LearnerRead(models.Model):
    """A token, or a member using the API, read something about a learner on a day (UTC), however many times.

    The same trigger refuses changes. Learners, tokens and members are recorded by primary key.
    """

    team = models.ForeignKey(
        "teams.Team", models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+", verbose_name=_("team")
    )
    client = models.CharField(_("client"), max_length=30, help_text=_("The token, or the person, that read it."))
    name = models.CharField(_("name"), max_length=150, help_text=_("As it was then."))
    learner_id = models.BigIntegerField(_("key of the learner"))
    day = models.DateField(_("day"))
    address = models.GenericIPAddressField(_("address"), null=True, help_text=_("For IPv6, the /64 network."))
    created_at = models.DateTimeField(_("first read"), default=timezone.now)

    class Meta:
        verbose_name = _("read through the API")
        verbose_name_plural = _("reads through the API")
        indexes = [
            models.Index(fields=["team", "created_at", "id"], name="learner_read_newest"),
            models.Index(fields=["team", "client", "created_at", "id"], name="learner_read_of_client"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["team", "learner_id", "client", "day"], name="learner_read_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.learner_id} · {self.day}"
