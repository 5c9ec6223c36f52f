"""What each role in a team may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The role of a membership; each has all permissions of those below it."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")


class TwoFactorFor(models.TextChoices):
    """Which members a team requires to have a second factor."""

    NOBODY = "", _("Optional")
    MANAGERS = "managers", _("Required for owners and managers")
    EVERYBODY = "everybody", _("Required for everyone")


EXPLANATIONS = {
    Role.OWNER: _("Does everything, and decides who else is an owner."),
    Role.MANAGER: _("Works on tickets, and looks after people, sources and settings."),
    Role.AGENT: _("Works on tickets: takes, answers, notes, resolves."),
    Role.VIEWER: _("Reads tickets and reports, and changes nothing."),
}


class Permission(models.TextChoices):
    """Something that a role may do with its team's records."""

    TICKET_VIEW = "ticket.view"
    TICKET_OPEN = "ticket.open"
    TICKET_ASSIGN = "ticket.assign"
    TICKET_CHANGE = "ticket.change"
    TICKET_NOTE = "ticket.note"
    TICKET_REPLY = "ticket.reply"
    TICKET_MERGE = "ticket.merge"
    SOURCE_VIEW = "source.view"
    SOURCE_MANAGE = "source.manage"
    DELIVERY_VIEW = "delivery.view"
    DELIVERY_REPLAY = "delivery.replay"
    TEAM_VIEW = "team.view"
    TEAM_MANAGE = "team.manage"
    PRIVACY_MANAGE = "privacy.manage"
    OWNER_MANAGE = "owner.manage"


_VIEWER = frozenset({Permission.TICKET_VIEW, Permission.TEAM_VIEW})
_AGENT = _VIEWER | {
    Permission.TICKET_OPEN,
    Permission.TICKET_ASSIGN,
    Permission.TICKET_CHANGE,
    Permission.TICKET_NOTE,
    Permission.TICKET_REPLY,
    Permission.TICKET_MERGE,
}
_MANAGER = _AGENT | {
    Permission.SOURCE_VIEW,
    Permission.SOURCE_MANAGE,
    Permission.DELIVERY_VIEW,
    Permission.DELIVERY_REPLAY,
    Permission.TEAM_MANAGE,
    Permission.PRIVACY_MANAGE,
}
_OWNER = _MANAGER | {Permission.OWNER_MANAGE}

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.OWNER: _OWNER,
    Role.MANAGER: _MANAGER,
    Role.AGENT: _AGENT,
    Role.VIEWER: _VIEWER,
}

ROLES_THAT_MANAGE = [role for role in Role if Permission.TEAM_MANAGE in PERMISSIONS[role]]
ROLES_THAT_WORK_TICKETS = [role for role in Role if Permission.TICKET_CHANGE in PERMISSIONS[role]]
