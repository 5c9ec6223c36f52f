"""What has to end when somebody may no longer work in a team, also in the rooms that build on this one."""

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
    """Have this called, with the team (None: all) and who acts, to release work that people may no longer do."""
    _RELEASES.append(release)


def release_work(team: Team | None, by: User) -> None:
    """Release the work of all who may no longer do it; call it after their rights have ended."""
    for release in _RELEASES:
        release(team, by)


def register_revocation(revocation: Revocation) -> None:
    """Have this called, with the team (None: all), to end what depends on rights that people no longer have."""
    _REVOCATIONS.append(revocation)


@transaction.atomic
def revoke_orphaned_grants(team: Team | None, people: Iterable[User] | None = None) -> None:
    """End what was granted by people who may no longer grant it, in this team (None: in all).

    It checks everything that exists instead of who left, so that no way of losing a right is missed. It also ends the
    sessions of people who are left without a team, only among `people` if given; and it ends sessions and pending
    changes of address of inactive accounts, which may become active again.
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
    """Deactivate these people's accounts, and release their work."""
    people = list(users)
    User.objects.filter(pk__in=[user.pk for user in people]).update(is_active=False)
    revoke_orphaned_grants(None, people)
    release_work(None, by)
