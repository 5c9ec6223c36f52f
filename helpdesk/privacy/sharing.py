"""The team's own programs that get its data, and who received data about a learner."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import Token
from helpdesk.audit.models import AuditEvent
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.privacy.recipients import Recipient, recipients_outside
from helpdesk.privacy.register import Person
from helpdesk.teams.models import Team

EXPORT = _("An export with everything, which they downloaded")
WEBHOOKS = _("Is notified by webhooks of what happens to tickets")
READING = _("One of the team’s programs, with an API token")


@dataclass(frozen=True)
class Program:
    """One of the team's own programs that gets its data: its name or host, and what it is for."""

    name: str
    purpose: str | Promise


def programs_of(team: Team) -> list[Program]:
    """The team's own programs that get its data by the current settings, sorted by name."""
    endpoints = WebhookEndpoint.objects.for_team(team).enabled()
    informed = {Program(urlsplit(endpoint.url).hostname or "", WEBHOOKS) for endpoint in endpoints}
    reading = {Program(token.name, READING) for token in Token.objects.for_team(team) if token.is_live}
    return sorted(informed | reading, key=lambda each: (each.name, str(each.purpose)))


def recipients_of(person: Person) -> list[Recipient]:
    """Recipients outside the team, and colleagues who downloaded an export; the latest first."""
    found = recipients_outside(person) + _downloaders(person)
    return sorted(found, key=lambda each: (each.last_at is not None, each.last_at), reverse=True)


def _downloaders(person: Person) -> list[Recipient]:
    """Colleagues who downloaded an export about the person, as far back as the audit log goes."""
    downloads = AuditEvent.objects.filter(
        team=person.team_id, kind=AuditEvent.Kind.EXPORT_DOWNLOADED, learner_id=person.learner_id
    )
    names = ArrayAgg("actor_name", order_by="-created_at")  # the latest first: people may have been renamed
    by_person = downloads.order_by().values("actor_id")
    people = by_person.annotate(names=names, first=Min("created_at"), last=Max("created_at"))
    return [Recipient(each["names"][0], EXPORT, each["first"], each["last"], is_colleague=True) for each in people]
