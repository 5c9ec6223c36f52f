"""People, their teams (the tenants), invitations, sessions, and what happens to accounts."""

from helpdesk.teams.models.account_event import AccountEvent
from helpdesk.teams.models.invitation import Invitation, invitation_expiry
from helpdesk.teams.models.team import FormerMembership, Membership, Team
from helpdesk.teams.models.user import Density, Theme, User
from helpdesk.teams.models.user_session import UserSession
from helpdesk.teams.roles import TwoFactorFor
from helpdesk.teams.zones import validate_time_zone

__all__ = [
    "AccountEvent",
    "Density",
    "FormerMembership",
    "Invitation",
    "Membership",
    "Team",
    "Theme",
    "TwoFactorFor",
    "User",
    "UserSession",
    "invitation_expiry",
    "validate_time_zone",
]
