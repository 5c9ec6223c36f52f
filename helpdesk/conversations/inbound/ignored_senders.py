"""Ignored senders, such as newsletters, and finding their e-mails that wait for a decision."""

from __future__ import annotations

from helpdesk.conversations.models import IgnoredSender, InboundEmail
from helpdesk.conversations.querysets import InboundEmailQuerySet
from helpdesk.teams.models import Team, User
from helpdesk.ui.cleaning import clean_key

State = InboundEmail.State


def held_of_sender(email: InboundEmail) -> InboundEmailQuerySet:
    """The e-mails from this one's sender that wait for a decision, including itself; none without an address."""
    return held_from(email.team, email.sender_address)


def held_from(team: Team, address: str) -> InboundEmailQuerySet:
    """The e-mails from this address that wait for a decision; none for an empty address."""
    held = InboundEmail.objects.for_team(team).filter(state=State.HELD, sender_address=address)
    return held.exclude(sender_address="")


def ignore_sender(team: Team, address: str, by: User | None) -> tuple[IgnoredSender, bool]:
    """From now on, ignore e-mails from this address that match neither a ticket nor a learner.

    Returns the row, and whether it is new.
    """
    return IgnoredSender.objects.get_or_create(team=team, address=clean_key(address)[:320], defaults={"ignored_by": by})


def is_ignored_sender(team_id: int, address: str) -> bool:
    """Whether the team ignores e-mails from this address."""
    return bool(address) and IgnoredSender.objects.filter(team=team_id, address=clean_key(address)[:320]).exists()
