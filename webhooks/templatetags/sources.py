"""Whether the connections with Eduzz are well, for the navigation."""

from __future__ import annotations

from django import template

from helpdesk.teams.models import Membership
from webhooks import health

register = template.Library()


@register.filter
def has_source_in_trouble(membership: Membership) -> bool:
    """Whether this member has to do something about one of the team's sources."""
    return any(source.is_in_trouble for source in health.sources_of(membership))
