"""Which programs may have read a learner's data; see helpdesk.privacy.recipients."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import Scope, Token, scope_of
from helpdesk.audit.models import LearnerRead
from helpdesk.courses.models import Learner
from helpdesk.privacy.recipients import Recipient
from helpdesk.privacy.register import Person

CONTENT = _("May have read it with an API token")
READ = _("Read some of it with an API token")
TELLING = ["read", *(scope_of(resource, Scope.READ) for resource in ("tickets", "learners"))]


def _tokens(person: Person) -> Iterator[Recipient]:
    """Tokens with recorded reads, then others that could read it and were used since the learner is known."""
    reads = LearnerRead.objects.filter(team=person.team_id, learner_id=person.learner_id, client__startswith="token:")
    by_client = reads.order_by().values("client").annotate(first=Min("created_at"), last=Max("created_at"))
    known = {each["client"]: each for each in by_client.annotate(called=Max("name"))}
    for each in known.values():
        yield Recipient(each["called"], READ, each["first"], each["last"])
    known_since = Learner.objects.filter(pk=person.learner_id).values("created_at")
    tokens = Token.objects.filter(team=person.team_id, scopes__overlap=TELLING, last_used_at__gte=known_since)
    for token in tokens:
        if f"token:{token.pk}" not in known:
            yield Recipient(token.name, CONTENT, last_at=token.last_used_at)


RECIPIENTS = [_tokens]
