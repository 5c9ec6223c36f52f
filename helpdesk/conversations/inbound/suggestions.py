"""The tickets that an e-mail may belong to, for a person to choose from."""

from __future__ import annotations

from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.threads import find_match, former_learner_of, learner_of
from helpdesk.tickets.models import Ticket

MOST = 6


def suggest_tickets(reading: Reading) -> list[Ticket]:
    """The ticket that the e-mail refers to, then its sender's newest tickets, unfinished ones first.

    The sender may also be a learner who had this address until it was corrected.
    """
    match = find_match(reading)
    found = [match.ticket] if match and not match.ticket.learner.erased_at else []
    if reading.sender:
        learner = learner_of(reading) or former_learner_of(reading)
        of_sender = Ticket.objects.filter(team=reading.email.team_id, merged_into=None, learner=learner)
        newest = of_sender.select_related("learner", "course").order_by("-requested_at", "-pk")[: MOST * 2]
        found += sorted(newest, key=lambda ticket: ticket.is_finished)
    return list(dict.fromkeys(found))[:MOST]
