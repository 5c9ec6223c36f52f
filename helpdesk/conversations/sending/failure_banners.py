"""The banner about e-mails that did not reach learners, for members who can reply."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Ticket
from helpdesk.ui.banners import Banner
from helpdesk.ui.capped_counts import capped_label
from helpdesk.ui.composed import ComposedQuery

COUNTED_AT_MOST = 100  # tickets
QUERY = "status=all&failed=1"  # the inbox's filter for tickets with an undelivered e-mail
_FAILED = ComposedQuery(
    lambda team: (
        Ticket.objects.for_team(team)
        .unmerged()
        .filter(sending_failed_at__isnull=False)
        .order_by()
        .values_list("pk")[: COUNTED_AT_MOST + 1]
    )
)


def banners(membership: Membership) -> Iterator[Banner]:
    """How many tickets have an undelivered e-mail that nobody has dealt with."""
    if not membership.can(Permission.TICKET_REPLY):
        return
    count = len(_FAILED.rows(team=membership.team_id))
    if count:
        text = ngettext(
            "An e-mail to a learner was not delivered.", "E-mails on %(count)s tickets were not delivered.", count
        )
        link = f"{reverse('inbox', args=[membership.team.slug])}?{QUERY}"
        yield Banner(
            "error", text % {"count": capped_label(count, COUNTED_AT_MOST)}, _("See why, and send again"), link
        )
