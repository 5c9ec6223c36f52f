"""The address that mail servers send delivery reports to, and whether it is fetched.

Without those reports a message to a wrong address looks sent, and the address is used again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings

from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.conversations.sending.senders import answer_address, installation_address, sender_of
from helpdesk.teams.models import Team

SAMPLE_TOKEN = "x" * 33  # as long as the tokens of dispatches


def report_address(sender_address: str, answers_go_to: str) -> str:
    """The reply address, which identifies the dispatch, if it has the sender's domain for SPF; else the sender's."""
    is_aligned = answers_go_to.rpartition("@")[2].lower() == sender_address.rpartition("@")[2].lower()
    return answers_go_to if is_aligned else sender_address


def lost_reports_address(team: Team) -> str:
    """The address that reports about this team's e-mails go to, if nobody fetches it; else empty."""
    mailboxes = list(Mailbox.objects.for_team(team).filter(is_enabled=True).order_by("pk"))
    return _lost(sender_of(team).address, mailboxes)


def count_teams_losing_reports() -> int:
    """How many teams with a mailbox have delivery reports sent to an address that nobody fetches."""
    mailboxes: dict[int, list[Mailbox]] = defaultdict(list)
    for mailbox in Mailbox.objects.filter(is_enabled=True).order_by("pk"):
        mailboxes[mailbox.team_id].append(mailbox)
    verified = SenderIdentity.objects.filter(team__in=mailboxes, verified_at__isnull=False)
    senders = dict(verified.values_list("team", "address"))
    return sum(bool(_lost(senders.get(team, installation_address()), own)) for team, own in mailboxes.items())


def _lost(sender_address: str, mailboxes: Sequence[Mailbox]) -> str:
    if settings.ANYMAIL_PROVIDER:  # it reports by webhook
        return ""
    answers_go_to = answer_address(mailboxes, SAMPLE_TOKEN, sender_address)
    address = report_address(sender_address, answers_go_to)
    fetched = {mailbox.address.lower() for mailbox in mailboxes} | {answers_go_to.lower()}
    return "" if address.lower() in fetched else address
