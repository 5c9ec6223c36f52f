"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.privacy.models import EXPORTS_KEPT
from helpdesk.privacy.register import Erasure, Holding, Subject
from helpdesk.privacy.words import days

DECLARED = [
    Holding(
        "privacy.LearnerExport",
        Subject.LEARNER,
        "storage_key",
        _("Giving learners what is held of them"),
        days(EXPORTS_KEPT.days),
        Erasure.DELETE,
        is_exported=False,
        learner="learner",
    ),
]
