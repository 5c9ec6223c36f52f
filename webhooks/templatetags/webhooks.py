"""Template tags about the health and set-up of sources."""

from __future__ import annotations

from django import template

from helpdesk.teams.models import Membership, Team
from helpdesk.tickets.models import Ticket
from webhooks import health
from webhooks.checklist import Checklist, checklist_of
from webhooks.models import Source
from webhooks.source_testing import ADDRESS

register = template.Library()
LIGHTS = {"success": "done", "warning": "soon", "error": "late", "": ""}


@register.filter
def has_source_in_trouble(membership: Membership) -> bool:
    """Whether one of the sources that the member may see needs somebody to do something."""
    return any(source.is_in_trouble for source in health.sources_of(membership))


@register.simple_tag
def setup_checklist(membership: Membership) -> Checklist | None:
    """The checklist of the team's oldest source; None if there is none that the member may see."""
    sources = sorted(health.sources_of(membership), key=lambda source: source.created_at)
    return checklist_of(sources[0]) if sources else None


@register.simple_tag
def unfinished_setup(membership: Membership) -> Checklist | None:
    """The same, but None once a help request has come in through any of the team's sources."""
    sources = health.sources_of(membership)
    return None if any(source.first_call_at for source in sources) else setup_checklist(membership)


@register.filter
def is_connected(team: Team) -> bool:
    """Whether the team has a source, even if the member may not see it."""
    return Source.objects.for_team(team).exists()


@register.filter
def is_test(ticket: Ticket) -> bool:
    """Whether the ticket comes from a test call."""
    return ticket.learner.email == ADDRESS


@register.filter
def light(source: Source) -> str:
    """The CSS class of the source's light and badge; green only if everything is well."""
    return LIGHTS[source.level]
