"""Banners about erasures that are stuck or wait for a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.privacy.models import LearnerErasure
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.ui.banners import Banner
from helpdesk.ui.composed import ComposedQuery


def banners(membership: Membership) -> Iterator[Banner]:
    """About the team's oldest erasure that keeps failing or takes too long; else about one that waits for consent."""
    if not membership.can(Permission.PRIVACY_MANAGE):
        return
    erasures = _AWAITING.objects(team=membership.team_id)
    found = erasures[0] if erasures else None
    if found is None or (not found.is_running and found.requested_by_id == membership.user_id):
        return
    link = reverse("learner_privacy", args=[membership.team.slug, found.learner_id])
    if found.is_running:
        yield Banner("error", _("The erasure of a learner is stuck."), _("See its progress"), link)
    else:
        until = date_format(timezone.localtime(found.answer_by), "SHORT_DATE_FORMAT")
        text = _("Someone else must agree to erase a learner, who must get an answer by %s.") % until
        yield Banner("warning", text, _("See the request"), link)


_AWAITING = ComposedQuery(
    lambda team: (
        LearnerErasure.objects.for_team(team)
        .awaiting_people()
        .order_by("state", "pk")[:1]  # “running” before “waiting”
    )
)
