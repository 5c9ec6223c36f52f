"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.privacy.purposes import TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject

DECLARED = [
    Holding(
        "notifications.PushSubscription",
        Subject.MEMBER,
        "endpoint public_key secret browser",
        TEAMWORK,
        _("until the person turns notifications off"),
        Erasure.DELETE,
        is_exported=False,
    ),
    Impersonal("notifications.PushKey", "public_key private_key", "Of this installation."),
]
