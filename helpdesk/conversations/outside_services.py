"""Hosts of the team's mailboxes; see helpdesk.operations.outside_services."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models import Mailbox
from helpdesk.operations.outside_services import OutsideService


def mailbox_hosts(team_id: int) -> Iterator[OutsideService]:
    """The servers that the team's e-mail is fetched from."""
    hosts = Mailbox.objects.filter(team=team_id, kind=Mailbox.Kind.IMAP).order_by("host")
    for host in hosts.values_list("host", flat=True).distinct():
        yield OutsideService(host, _("Hosts the mailbox that learners’ answers arrive in"))
