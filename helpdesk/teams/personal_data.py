"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.privacy.purposes import ACCOUNTS, TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import WITH_ACCOUNT, days
from helpdesk.teams.tasks import KEPT

DECLARED = [
    Holding(
        "teams.User", Subject.MEMBER, "email name language time_zone password", ACCOUNTS, WITH_ACCOUNT, Erasure.DELETE
    ),
    Holding("account.EmailAddress", Subject.MEMBER, "email", ACCOUNTS, WITH_ACCOUNT, Erasure.DELETE),
    Holding("mfa.Authenticator", Subject.MEMBER, "data", ACCOUNTS, WITH_ACCOUNT, Erasure.DELETE, is_exported=False),
    Holding("socialaccount.SocialAccount", Subject.MEMBER, "uid", ACCOUNTS, WITH_ACCOUNT, Erasure.DELETE),
    Holding(
        "teams.Invitation",
        Subject.MEMBER,
        "email",
        TEAMWORK,
        _("until it is accepted or withdrawn"),
        Erasure.DELETE,
    ),
    Holding(
        "teams.AccountEvent", Subject.MEMBER, "email address user_agent", ACCOUNTS, days(KEPT.days), Erasure.DELETE
    ),
    Holding(
        "sessions.Session",
        Subject.MEMBER,
        "session_key session_data",
        ACCOUNTS,
        _("until the person logs out, or for 30 days"),
        Erasure.DELETE,
        is_exported=False,
    ),
    Impersonal("teams.UserSession", "session", "The key of the session, which is declared above."),
    Holding("admin.LogEntry", Subject.MEMBER, "object_repr change_message", TEAMWORK, WITH_ACCOUNT, Erasure.DELETE),
    Impersonal("admin.LogEntry", "object_id", "The key of what was changed, which leads nowhere once that is gone."),
    Impersonal("teams.Team", "name slug time_zone business_hours", "What a team is called, and when it works."),
    Impersonal("teams.Invitation", "token_hash", "A hash of random bits."),
    Impersonal("account.EmailConfirmation", "*", "Random bits; addresses are confirmed by signed links instead."),
    Impersonal("socialaccount.SocialAccount", "provider extra_data", "Which provider it is; what it says is not kept."),
    Impersonal("socialaccount.SocialApp", "*", "Empty: the provider is in the settings."),
    Impersonal("socialaccount.SocialToken", "*", "Empty: no tokens are kept."),
    Impersonal("auth.Group", "*", "Names of rights; no room makes any."),
    Impersonal("auth.Permission", "*", "Names of rights."),
    Impersonal("contenttypes.ContentType", "*", "Names of models."),
]
