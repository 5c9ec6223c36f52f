"""The numbers by which people refer to a team's tickets: unique and increasing."""

from __future__ import annotations

from django.db import connection

from helpdesk.teams.models import Team


def next_number(team: Team) -> int:
    """Take the team's next ticket number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [number_sequence(team)])
        number: int = cursor.fetchone()[0]
    return number


def number_sequence(team: Team) -> str:
    """The name of the team's database sequence; a trigger creates it and drops it with the team.

    A sequence lets tickets be opened concurrently, without waiting for each other's numbers; a rollback leaves a gap.
    """
    return f"ticket_number_of_team_{team.pk}"
