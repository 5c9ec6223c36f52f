"""Whether e-mail is coming in, for banners, alerts and the health check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.ui.banners import Banner
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.isolation import isolated_text

SILENT_AFTER = timedelta(minutes=15)  # without a successful fetch
LATE_AFTER = timedelta(minutes=5)  # within which a stored e-mail should be filed


def silent_mailboxes() -> QuerySet[Mailbox]:
    """The enabled IMAP mailboxes that have not been fetched for SILENT_AFTER."""
    fetched = Mailbox.objects.filter(kind=Mailbox.Kind.IMAP, is_enabled=True)
    return fetched.annotate(fine_at=Coalesce("last_ok_at", "created_at")).filter(fine_at__lt=Now() - SILENT_AFTER)


def problem_of(mailbox: Mailbox) -> str:
    """A sentence that says that the mailbox is not fetched, and why."""
    problem = mailbox.last_error or _("No worker is fetching it.")
    return _("No e-mail is fetched from %(address)s: %(problem)s") % {
        "address": isolated_text(mailbox),
        "problem": problem,
    }


def banners(membership: Membership) -> Iterator[Banner]:
    """The banners about mailboxes that are not fetched, for members who can act on it."""
    if not membership.can(Permission.TEAM_MANAGE):
        return
    for mailbox in _SILENT.objects(team=membership.team_id):
        link = reverse("mailboxes", args=[membership.team.slug])
        yield Banner("error", problem_of(mailbox), _("View the mailbox"), link)


_SILENT = ComposedQuery(lambda team: silent_mailboxes().filter(team=team)[:5])


def check() -> dict[str, Any]:
    """For the health check: how many mailboxes are not fetched, and whether e-mail waits too long to be filed."""
    silent = silent_mailboxes().count()
    stored = InboundEmail.objects.filter(state=InboundEmail.State.STORED)
    late = stored.filter(received_at__lt=Now() - LATE_AFTER).exists()
    return {"is_ok": not silent and not late, "silent": silent, "is_late": late}
