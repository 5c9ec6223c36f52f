"""Erasures that do not get on, for those who can see to it: what was promised to a learner is late."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.privacy.models import LearnerErasure
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.ui.banners import Banner


def banners(membership: Membership) -> Iterator[Banner]:
    """The oldest erasure of the team that fails, or takes longer than a day."""
    if not membership.can(Permission.PRIVACY_MANAGE):
        return
    stuck = LearnerErasure.objects.for_team(membership.team).stuck().order_by("pk").first()
    if stuck:
        link = reverse("learner_privacy", args=[membership.team.slug, stuck.learner_id])
        yield Banner("error", _("A learner who is being erased is not erased yet."), _("See how far it is"), link)
