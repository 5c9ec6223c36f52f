"""Whether the connections with Eduzz are well, for the navigation and their pages."""

from __future__ import annotations

from django import template

from helpdesk.teams.models import Membership, Team
from helpdesk.tickets.models import Ticket
from webhooks import health
from webhooks.checklist import Checklist, checklist_of
from webhooks.models import Source
from webhooks.trial_calls import ADDRESS

register = template.Library()
LIGHTS = {"success": "done", "warning": "soon", "error": "late", "": ""}


@register.filter
def has_source_in_trouble(membership: Membership) -> bool:
    """Whether this member has to do something about one of the team's sources."""
    return any(source.is_in_trouble for source in health.sources_of(membership))


@register.simple_tag
def setup_checklist(membership: Membership) -> Checklist | None:
    """What is left to do at the team's oldest connection; None where there is none, or none that this member sees."""
    sources = sorted(health.sources_of(membership), key=lambda source: source.created_at)
    return checklist_of(sources[0]) if sources else None


@register.simple_tag
def unfinished_setup(membership: Membership) -> Checklist | None:
    """The same as long as no learner has asked for help through any of the team's connections; else None."""
    sources = health.sources_of(membership)
    return None if any(source.first_call_at for source in sources) else setup_checklist(membership)


@register.filter
def is_connected(team: Team) -> bool:
    """Whether there is a connection, also for those who may not see it."""
    return Source.objects.for_team(team).exists()


@register.filter
def is_test(ticket: Ticket) -> bool:
    """Whether a test call made it."""
    return ticket.learner.email == ADDRESS


@register.filter
def light(source: Source) -> str:
    """The class of its light and its badge: green only where all was checked and is well."""
    return LIGHTS[source.level]
