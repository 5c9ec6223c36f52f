"""What follows when somebody may no longer work in a team, in the rooms that build on this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F

from helpdesk.teams.models import Invitation, Team, User, UserSession
from helpdesk.teams.session_ends import end_sessions

Release = Callable[[Team | None, User], None]
Revocation = Callable[[Team | None], None]
_RELEASES: list[Release] = []
_REVOCATIONS: list[Revocation] = []


def register_release(release: Release) -> None:
    """Have this called, with the team, or None for all, and who acts, to take their work from those who left."""
    _RELEASES.append(release)


def release_work(team: Team | None, by: User) -> None:
    """Leave the work of all who may not do it any more to others; to be called once their rights have ended."""
    for release in _RELEASES:
        release(team, by)


def register_revocation(revocation: Revocation) -> None:
    """Have this called, with the team, or None for all, to end what rests on rights that nobody has any more."""
    _REVOCATIONS.append(revocation)


@transaction.atomic
def revoke_orphaned_grants(team: Team | None, people: Iterable[User] | None = None) -> None:
    """End what people gave out who may not give it any more, in this team or in all.

    It looks at what there is and not at who left, so that no way of losing a right is left out. So end the sessions of
    whoever is in no team, of these `people` where it is known who lost one, and, in accounts that are not active and
    might be again, sessions and the changes of address that were asked for.
    """
    sessions = UserSession.objects.orphaned()
    end_sessions(sessions if people is None else sessions.filter(user__in=[person.pk for person in people]))
    User.objects.filter(is_active=False).update(session_epoch=F("session_epoch") + 1)
    EmailAddress.objects.filter(user__is_active=False, verified=False).delete()
    invitations = Invitation.objects.all() if team is None else Invitation.objects.for_team(team)
    invitations.without_valid_inviter().delete()
    for revocation in _REVOCATIONS:
        revocation(team)


def deactivate(users: Iterable[User], by: User) -> None:
    """Shut these people out; their work is left to others."""
    people = list(users)
    User.objects.filter(pk__in=[user.pk for user in people]).update(is_active=False)
    revoke_orphaned_grants(None, people)
    release_work(None, by)
