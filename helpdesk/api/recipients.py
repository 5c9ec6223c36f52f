"""Which programs may have read data of a learner; see helpdesk.privacy.recipients."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import Scope, Token, scope_of
from helpdesk.courses.models import Learner
from helpdesk.privacy.recipients import Recipient
from helpdesk.privacy.register import Person

CONTENT = _("May have read it by an API token")
TELLING = ["read", *(scope_of(resource, Scope.READ) for resource in ("tickets", "learners"))]


def _tokens(person: Person) -> Iterator[Recipient]:
    """Those that were used since the learner is known: what each read is not put down."""
    known_since = Learner.objects.filter(pk=person.learner_id).values("created_at")
    tokens = Token.objects.filter(team=person.team_id, scopes__overlap=TELLING, last_used_at__gte=known_since)
    for token in tokens:
        yield Recipient(token.name, CONTENT, last_at=token.last_used_at)


RECIPIENTS = [_tokens]
