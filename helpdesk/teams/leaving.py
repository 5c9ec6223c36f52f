"""What follows when somebody may no longer work in a team, in the rooms that build on this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from helpdesk.teams.models import Team, User

Release = Callable[[Team | None, User], None]
_RELEASES: list[Release] = []


def register_release(release: Release) -> None:
    """Have this called, with the team, or None for all, and who acts, to take their work from those who left."""
    _RELEASES.append(release)


def release_work(team: Team | None, by: User) -> None:
    """Leave the work of all who may not do it any more to others; to be called once their rights have ended."""
    for release in _RELEASES:
        release(team, by)


def deactivate(users: Iterable[User], by: User) -> None:
    """Shut these people out; their work is left to others."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)
    release_work(None, by)
