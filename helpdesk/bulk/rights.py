"""Whether whoever requested a bulk change, or its undo, may still make it: it may run long after the request."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from helpdesk.bulk.models import BulkChange
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import TicketEvent

TokenCheck = Callable[[int], bool]
_token_checks: list[TokenCheck] = []


def register_token_check(check: TokenCheck) -> None:
    """Have this called with a token's primary key, to ask whether it is still valid; tokens are in a room above."""
    _token_checks.append(check)


def refusal_reason(change: BulkChange) -> str:
    """Why the change may not continue, as a sentence; empty if it may."""
    actor = change.acting
    if actor.kind == TicketEvent.ActorKind.PERSON:
        found = Membership.objects.filter(team=change.team_id, user=actor.user, user__is_active=True).first()
        is_allowed = found is not None and found.can(change.permission)
    else:
        is_allowed = actor.token_id is None or all(check(actor.token_id) for check in _token_checks)
    return "" if is_allowed else _("The person who asked for this can no longer change tickets.")
