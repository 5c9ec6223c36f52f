"""Whether the connections with Eduzz are well, for the navigation and their pages."""

from __future__ import annotations

from django import template

from helpdesk.teams.models import Membership
from webhooks import health
from webhooks.models import Source

register = template.Library()
LIGHTS = {"success": "done", "warning": "soon", "error": "late", "": ""}


@register.filter
def has_source_in_trouble(membership: Membership) -> bool:
    """Whether this member has to do something about one of the team's sources."""
    return any(source.is_in_trouble for source in health.sources_of(membership))


@register.filter
def light(source: Source) -> str:
    """The class of its light and its badge: green only where all was checked and is well."""
    return LIGHTS[source.level]
