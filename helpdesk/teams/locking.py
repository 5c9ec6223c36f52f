"""Locks a team, so that what must be counted or compared within it happens one after the other."""

from __future__ import annotations

from helpdesk.teams.models import Team


def lock_team(pk: int) -> None:
    """Lock the team's row until the end of this transaction. Raises Team.DoesNotExist."""
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=pk)
