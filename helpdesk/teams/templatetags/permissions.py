"""Checks permissions in templates."""

from django import template

from helpdesk.teams.models import Membership

register = template.Library()


@register.filter
def can(membership: Membership, permission: str) -> bool:
    """Whether the member's role carries this permission."""
    return membership.can(permission)
