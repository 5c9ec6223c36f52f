"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import BY_RETENTION_ALONE

DECLARED = [
    Holding(
        "audit.AuditEvent",
        Subject.MEMBER,
        "actor_name about address",
        _("Showing who did what with people’s data and with rights"),
        BY_RETENTION_ALONE,
        Erasure.KEPT,
    ),
    Holding(
        "audit.LearnerRead",
        Subject.MEMBER,
        "name address",
        _("Showing what was read through the API"),
        BY_RETENTION_ALONE,
        Erasure.KEPT,
    ),
    Impersonal("audit.LearnerRead", "client", "The key of a token or a member."),
    Impersonal("audit.AuditEvent", "details", "Roles, and names of settings."),
]
