"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.privacy.purposes import OBLIGATION, Purpose
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import BY_RETENTION_ALONE

DECLARED = [
    Holding(
        "audit.AuditEvent",
        Subject.MEMBER,
        "actor_name about address",
        Purpose(_("Showing who did what with people’s data and with rights"), OBLIGATION),
        BY_RETENTION_ALONE,
        Erasure.KEPT,
    ),
    Holding(
        "audit.LearnerRead",
        Subject.MEMBER,
        "name address",
        Purpose(_("Showing what was read through the API"), OBLIGATION),
        BY_RETENTION_ALONE,
        Erasure.KEPT,
    ),
    Impersonal("audit.LearnerRead", "client", "The key of a token or a member."),
    Impersonal("audit.AuditEvent", "details", "Roles, and names of settings."),
]
