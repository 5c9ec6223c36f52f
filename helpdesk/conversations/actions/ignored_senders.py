"""Senders, such as those of newsletters: what waits of theirs, and that they are ignored from now on."""

from __future__ import annotations

from helpdesk.conversations.models import IgnoredSender, InboundEmail
from helpdesk.conversations.querysets import InboundEmailQuerySet
from helpdesk.teams.models import Team, User
from helpdesk.ui.names import clean_key

State = InboundEmail.State


def held_of_sender(email: InboundEmail) -> InboundEmailQuerySet:
    """What waits for a decision from the address that this one came from, itself included; none without an address."""
    return held_from(email.team, email.sender_address)


def held_from(team: Team, address: str) -> InboundEmailQuerySet:
    """The e-mails from this address that wait for a decision; none for an empty address."""
    held = InboundEmail.objects.for_team(team).filter(state=State.HELD, sender_address=address)
    return held.exclude(sender_address="")


def ignore_sender(team: Team, address: str, by: User | None) -> tuple[IgnoredSender, bool]:
    """From now on ignore what comes from this address, where it fits no ticket and is of no learner.

    Also whether it was not ignored before.
    """
    return IgnoredSender.objects.get_or_create(team=team, address=clean_key(address)[:320], defaults={"ignored_by": by})


def is_ignored_sender(team_id: int, address: str) -> bool:
    """Whether the team does not want to decide about what comes from this address."""
    return bool(address) and IgnoredSender.objects.filter(team=team_id, address=clean_key(address)[:320]).exists()
