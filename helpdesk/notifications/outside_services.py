"""Push services, through which notifications reach browsers; see helpdesk.operations.outside_services."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from helpdesk.notifications.models import PushSubscription
from helpdesk.operations.outside_services import OutsideService
from helpdesk.teams.models import Membership


def push_services(team_id: int) -> Iterator[OutsideService]:
    """The push services of members' browsers; each browser chooses its own."""
    members = Membership.objects.filter(team=team_id).values("user")
    for host in sorted({each.push_service for each in PushSubscription.objects.filter(user__in=members)}):
        yield OutsideService(host, _("Passes on notifications to browsers, encrypted so that it cannot read them"))
