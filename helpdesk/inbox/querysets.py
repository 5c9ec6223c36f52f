"""Queries on saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.teams.roles import Permission

if TYPE_CHECKING:
    from helpdesk.inbox.models import SavedView
    from helpdesk.teams.models import Membership


class SavedViewQuerySet(TeamQuerySet["SavedView"]):
    """Queries on saved views, by who may see or change them."""

    def shown_to(self, *, team: int, user: int) -> Self:
        """The views of this person in this team and those shared with it, sorted by name; by primary keys."""
        return self.filter(Q(owner=user) | Q(is_shared=True), team=team).order_by("name", "pk")

    def changeable_by(self, membership: Membership) -> Self:
        """The person's own views, and for managers also shared ones."""
        whose = Q(owner=membership.user_id)
        if membership.can(Permission.TEAM_MANAGE):
            whose |= Q(is_shared=True)
        return self.filter(whose, team=membership.team_id)
