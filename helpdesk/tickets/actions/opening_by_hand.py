"""Opens tickets that a person or an integration enters, with the learner's name and address."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from helpdesk.courses.actions import upsert_learner
from helpdesk.courses.models import Course
from helpdesk.teams.models import Team
from helpdesk.tickets.actions.opening import open_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket


@transaction.atomic(savepoint=False)
def open_ticket_by_hand(
    team: Team, actor: Actor, *, email: str, name: str, course: Course | None, question: str
) -> Ticket:
    """Open a ticket of the learner with this address, who is created if new, for a request made now.

    It may be merged into the learner's unfinished one at once; see `open_ticket`.
    """
    now = timezone.now()
    return open_ticket(
        team,
        actor,
        learner=upsert_learner(team, email=email, name=name, at=now),
        course=course,
        producer=course.producer if course else None,
        requested_at=now,
        question=question,
    )
