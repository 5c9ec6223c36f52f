"""Which programs received a learner's data by webhook; see helpdesk.privacy.recipients."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from helpdesk.integrations.disclosures import informed_hosts
from helpdesk.integrations.events import LEARNER_ERASED
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.privacy.recipients import Recipient
from helpdesk.privacy.register import Person

CONTENT = _("Webhooks: what happened to their tickets, with name, address and texts")


def _programs(person: Person) -> Iterator[Recipient]:
    endpoints = WebhookEndpoint.objects.filter(team=person.team_id, events__contains=[LEARNER_ERASED]).enabled()
    hosts = {urlsplit(endpoint.url).hostname for endpoint in endpoints}
    for host, (first, last) in informed_hosts(person.learner_id).items():
        yield Recipient(host, CONTENT, first, last, is_told=host in hosts)


RECIPIENTS = [_programs]
