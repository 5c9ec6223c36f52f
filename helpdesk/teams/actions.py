"""What people do with teams: make one, invite, join, change roles, leave; every rule about owners is here."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from helpdesk.teams.leaving import release_work
from helpdesk.teams.models import Invitation, Membership, Team, User
from helpdesk.teams.roles import Permission, Role


class TeamActionRefused(Exception):
    """The change is not allowed; the text says why, to a person."""


@transaction.atomic
def create_team(name: str, owner_email: str, owner_password: str | None = None, owner_name: str = "") -> Team:
    """A new team and its owner; a person who has an account keeps it, and its password.

    Without a password a new owner sets one through the reset e-mail. Raises ValidationError for a weak password.
    """
    team = Team.objects.create(name=name, slug=_free_slug(name))
    owner = User.objects.filter(email=owner_email.strip().lower()).first()
    if owner is None:
        if owner_password is not None:
            validate_password(owner_password, User(email=owner_email, name=owner_name))
        owner = User.objects.create_user(owner_email, owner_password, name=owner_name)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def _free_slug(name: str) -> str:
    base = slugify(name)[:50].strip("-") or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def invite(by: Membership, email: str, role: str) -> tuple[Invitation, str]:
    """Invite an address into the team of `by`; returns the invitation and the token for its letter.

    Inviting again replaces the earlier letter. Raises TeamActionRefused.
    """
    _lock(by.team)
    _check_may_give(by, role)
    email = email.strip().lower()
    if Membership.objects.for_team(by.team).filter(user__email=email).exists():
        raise TeamActionRefused(_("%(email)s is a member already.") % {"email": email})
    Invitation.objects.for_team(by.team).filter(email=email).delete()
    token = Invitation.new_token()
    invitation = Invitation.objects.create(
        team=by.team, email=email, role=role, token_hash=Invitation.hash_token(token), invited_by=by.user
    )
    return invitation, token


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User) -> Membership:
    """Join the team; only the person whose address was invited may. Raises TeamActionRefused."""
    _lock(invitation.team)
    if invitation.is_expired or not Invitation.objects.filter(pk=invitation.pk).exists():
        raise TeamActionRefused(_("This invitation is no longer valid. Ask the team for a new one."))
    if user.email != invitation.email:
        raise TeamActionRefused(_("This invitation is for %(email)s.") % {"email": invitation.email})
    membership, _is_new = Membership.objects.get_or_create(
        team=invitation.team, user=user, defaults={"role": invitation.role}
    )
    invitation.delete()
    return membership


def revoke_invitation(by: Membership, invitation: Invitation) -> None:
    """Make the letter worthless."""
    _check_may_give(by, invitation.role)
    invitation.delete()


def change_role(by: Membership, membership: Membership, role: str) -> None:
    """Give a member another role. Only owners make owners or change them, and one owner always stays.

    In a role that does not work on tickets the person's unfinished ones are left to whoever takes them next.
    """
    with transaction.atomic():
        _lock(by.team)
        membership.refresh_from_db()
        if membership.role == role:
            return
        _check_may_give(by, role)
        _check_may_change(by, membership)
        membership.role = role
        membership.save(update_fields=["role"])
    release_work(by.team, by.user)


def remove_member(by: Membership, membership: Membership) -> None:
    """End a membership; the person's unfinished tickets are left to whoever takes them next."""
    with transaction.atomic():
        _lock(by.team)
        membership.refresh_from_db()
        if by.pk != membership.pk:
            _check_may_give(by, membership.role)
        _check_may_change(by, membership)
        membership.delete()
    release_work(by.team, by.user)


def _lock(team: Team) -> None:
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=team.pk)


def _check_may_give(by: Membership, role: str) -> None:
    if role not in Role.values:
        raise TeamActionRefused(_("There is no such role."))
    if role == Role.OWNER and not by.can(Permission.OWNER_MANAGE):
        raise TeamActionRefused(_("Only an owner can do that."))


def _check_may_change(by: Membership, membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    if not by.can(Permission.OWNER_MANAGE):
        raise TeamActionRefused(_("Only an owner can do that."))
    if Membership.objects.for_team(by.team).filter(role=Role.OWNER).count() == 1:
        raise TeamActionRefused(_("A team needs an owner; make somebody else one first."))
