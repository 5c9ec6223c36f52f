"""The numbers of a team's tickets, which people call them by: unique, and rising."""

from __future__ import annotations

from django.db import connection

from helpdesk.teams.models import Team


def next_number(team: Team) -> int:
    """Take the team's next ticket number, which is given to no other ticket."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [number_sequence(team)])
        number: int = cursor.fetchone()[0]
    return number


def number_sequence(team: Team) -> str:
    """The database's sequence of the team's ticket numbers; it comes and goes with the team, by a trigger.

    Tickets are opened side by side, without waiting for each other's numbers; a transaction that is rolled back leaves
    a gap.
    """
    return f"ticket_number_of_team_{team.pk}"
