"""Ignoring all that waits from one sender, such as a newsletter."""

from __future__ import annotations

from django.db.models import QuerySet

from helpdesk.conversations.actions.inbound import ignore_email
from helpdesk.conversations.models import InboundEmail
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor

MOST = 500  # e-mails at a time


def held_of_sender(email: InboundEmail) -> QuerySet[InboundEmail]:
    """What waits for a decision from the address that this one came from, itself included; none without an address."""
    held = InboundEmail.objects.for_team(email.team).filter(state=InboundEmail.State.HELD)
    return held.filter(sender_address=email.sender_address).exclude(sender_address="")


def ignore_all_of_sender(email: InboundEmail, actor: Actor) -> int:
    """Ignore them, each by itself, so that each can be taken back; how many those were.

    What somebody else decided about meanwhile stays as they decided.
    """
    ignored = 0
    for each in held_of_sender(email).defer("raw").order_by("pk")[:MOST]:
        try:
            ignore_email(each, actor)
        except ActionRefused:
            continue
        ignored += 1
    return ignored
