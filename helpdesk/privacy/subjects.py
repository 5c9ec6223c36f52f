"""A learner as they are looked for: by each address that they bore."""

from __future__ import annotations

from datetime import datetime

from helpdesk.courses.models import Learner
from helpdesk.privacy.register import Person


def persons_of(learner: Learner, until: datetime) -> list[Person]:
    """Until this time (UTC), by the address that they have, then by those that were corrected, as long as each was."""
    former = learner.former_addresses.order_by("pk").values_list("email", "ended_at")
    return [
        Person(learner.team_id, learner.pk, email, learner.name, ended_at or until, has_ended=ended_at is not None)
        for email, ended_at in [(learner.email, None), *former]
    ]
