"""Reads of what is on its way to learners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from helpdesk.teams.querysets import TeamQuerySet

if TYPE_CHECKING:
    from datetime import datetime

    from helpdesk.conversations.models import Dispatch


class DispatchQuerySet(TeamQuerySet["Dispatch"]):
    """Messages on their way."""

    def due(self, now: datetime) -> Self:
        """What is to be sent by now: what nobody undid, what waited, and what somebody has had in hand for too long."""
        from helpdesk.conversations.models import Dispatch

        in_work = [Dispatch.State.HELD, Dispatch.State.QUEUED, Dispatch.State.SENDING]
        return self.filter(next_try_at__lte=now, state__in=in_work).order_by("next_try_at", "pk")

    def leased_as(self, dispatch: Dispatch) -> Self:
        """This one, unless its lease ran out and somebody else has it in hand."""
        return self.filter(pk=dispatch.pk, state=dispatch.State.SENDING, leased_until=dispatch.leased_until)
