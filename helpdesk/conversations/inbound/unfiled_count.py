"""How many e-mails of a team wait for a decision, which every page of the team shows in its sidebar."""

from __future__ import annotations

from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.models import Membership
from helpdesk.ui.composed import ComposedQuery

COUNTED_AT_MOST = 100  # unfiled e-mails

_UNFILED = ComposedQuery(
    lambda team: InboundEmail.objects.for_team(team).to_decide().order_by().values_list("pk")[: COUNTED_AT_MOST + 1]
)


def unfiled_count(membership: Membership) -> int:
    """How many e-mails wait for a decision; COUNTED_AT_MOST + 1 if there are more than COUNTED_AT_MOST."""
    if not hasattr(membership, "_unfiled"):  # every page asks twice
        membership._unfiled = len(_UNFILED.rows(team=membership.team_id))  # type: ignore[attr-defined]
    count: int = membership._unfiled  # type: ignore[attr-defined]
    return count
