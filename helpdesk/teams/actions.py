"""What people do with teams: create, invite, join, change roles, leave. Every rule about owners is here."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.teams.leaving import release_work, revoke_orphaned_grants
from helpdesk.teams.locking import lock_team
from helpdesk.teams.models import FormerMembership, Invitation, Membership, Team, User
from helpdesk.teams.passwords import validate_first_password
from helpdesk.teams.roles import Permission, Role
from helpdesk.teams.tokens import hash_token
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.refusals import ActionRefused


@transaction.atomic
def create_team(name: str, owner_email: str, owner_password: str | None = None, owner_name: str = "") -> Team:
    """Create a team and its owner; a person who has an account keeps it, and its password.

    Without a password, a new owner sets one by the link in an e-mail. Raises ValidationError for a weak password, and
    for a new owner's address that cannot receive e-mail.
    """
    team = _create_team(name)
    owner = User.objects.filter(email=clean_key(owner_email)).first()
    if owner is None:
        User._meta.get_field("email").clean(clean_key(owner_email), None)
        if owner_password is not None:
            validate_first_password(owner_password, User(email=owner_email, name=owner_name), name)
        owner = find_or_create_user(owner_email, owner_password, owner_name)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def _create_team(name: str) -> Team:
    """Create the team, with another slug if the chosen one is taken at the same moment."""
    while True:
        try:
            with transaction.atomic():
                return Team.objects.create(name=name, slug=_free_slug(name))
        except IntegrityError as error:
            if "slug" not in str(error):
                raise


def find_or_create_user(email: str, password: str | None, name: str) -> User:
    """Create the person with this address, or find them if another request has just created the account."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name)
    except IntegrityError:
        if user := User.objects.filter(email=clean_key(email)).first():
            return user
        raise


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
    """Invite an address into the team of `by`; returns the invitation and the token for its e-mail.

    Inviting again replaces the earlier invitation. Raises ActionRefused.
    """
    _lock_for(by)
    _check_may_give(by, role)
    email = clean_key(email)
    if Membership.objects.for_team(by.team).filter(user__email=email).exists():
        raise ActionRefused(_("%(email)s is already a member.") % {"email": email})
    Invitation.objects.for_team(by.team).filter(email=email).delete()
    token = Invitation.new_token()
    invitation = Invitation.objects.create(
        team=by.team, email=email, role=role, token_hash=hash_token(token), invited_by=by.user
    )
    record_audit(by.team_id, Kind.MEMBER_INVITED, by.user, about=email, details=role)
    return invitation, token


@transaction.atomic
def renew_invitation(by: Membership, invitation: Invitation) -> str:
    """Replace the invitation's token and start its time again; returns the new token. Raises ActionRefused."""
    _lock_for(by)
    _check_may_give(by, invitation.role)
    token = Invitation.new_token()
    renewed = Invitation.objects.for_team(by.team).filter(pk=invitation.pk)
    fresh = Invitation(token_hash=hash_token(token), invited_by=by.user)
    names = ["token_hash", "invited_by", "created_at", "expires_at"]
    if not renewed.update(**{name: getattr(fresh, name) for name in names}):
        raise ActionRefused(_("This invitation was accepted or withdrawn in the meantime."))
    record_audit(by.team_id, Kind.INVITATION_RENEWED, by.user, about=invitation.email, details=invitation.role)
    invitation.refresh_from_db()
    return token


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User) -> Membership:
    """Join the team; only the person whose address was invited may. Raises ActionRefused.

    For somebody who has joined already, as by pressing the button twice, returns the membership unchanged.
    """
    lock_team(invitation.team.pk)
    if user.email != invitation.email:
        raise ActionRefused(_("This invitation is for %(email)s.") % {"email": invitation.email})
    membership = Membership.objects.for_team(invitation.team).filter(user=user).first()
    if membership is None:
        if not is_valid_invitation(invitation):
            raise ActionRefused(_("This invitation is no longer valid. Ask the team for a new one."))
        membership = Membership.objects.create(team=invitation.team, user=user, role=invitation.role)
        record_audit(invitation.team_id, Kind.MEMBER_JOINED, user, about=user.email, details=invitation.role)
    Invitation.objects.filter(pk=invitation.pk).delete()
    return membership


@transaction.atomic
def join_with_new_account(invitation: Invitation, name: str, password: str) -> Membership:
    """Join the team with a new account; the invitation's e-mail has verified the address.

    If the same form was sent twice at once, the account that the other one created is used. Raises ActionRefused.
    """
    lock_team(invitation.team.pk)
    user = User.objects.filter(email=invitation.email).first()
    user = user or find_or_create_user(invitation.email, password, name)
    if not user.check_password(password):
        raise ActionRefused(_("There is already an account with this address."))
    return accept_invitation(invitation, user)


def is_valid_invitation(invitation: Invitation) -> bool:
    """Whether the invitation exists, has not expired, and its inviter may still invite."""
    if invitation.is_expired or not Invitation.objects.filter(pk=invitation.pk).exists():
        return False
    inviter = Membership.objects.filter(team=invitation.team, user=invitation.invited_by, user__is_active=True).first()
    if inviter is None or not inviter.can(Permission.TEAM_MANAGE):
        return False
    return invitation.role != Role.OWNER or inviter.can(Permission.OWNER_MANAGE)


@transaction.atomic
def revoke_invitation(by: Membership, invitation: Invitation) -> None:
    """Withdraw the invitation. Raises ActionRefused."""
    _lock_for(by)
    _check_may_give(by, invitation.role)
    if Invitation.objects.filter(pk=invitation.pk).delete()[0]:  # else it was accepted, or withdrawn before
        record_audit(by.team_id, Kind.INVITATION_REVOKED, by.user, about=invitation.email, details=invitation.role)


def change_role(by: Membership, membership: Membership, role: str) -> None:
    """Give a member another role. Only owners appoint or change owners, and one owner always stays.

    If the new role does not work on tickets, the person's unfinished ones are unassigned. Raises ActionRefused.
    """
    with transaction.atomic():
        _lock_for(by)
        _refresh(membership)
        if membership.role == role:
            return
        _check_may_give(by, role)
        _check_may_change(by, membership)
        details = f"{membership.role} {role}"
        membership.role = role
        membership.save(update_fields=["role"])
        record_audit(by.team_id, Kind.ROLE_CHANGED, by.user, about=membership.user.email, details=details)
        revoke_orphaned_grants(by.team, [membership.user])
    release_work(by.team, by.user)


def remove_member(by: Membership, membership: Membership) -> None:
    """End a membership; the person's unfinished tickets are unassigned. Raises ActionRefused."""
    with transaction.atomic():
        _lock_for(by)
        _refresh(membership)
        if by.pk != membership.pk:
            _check_may_give(by, membership.role)
        _check_may_change(by, membership)
        note_leaving(membership, by.user)
        membership.delete()
        revoke_orphaned_grants(by.team, [membership.user])
    release_work(by.team, by.user)


def note_leaving(membership: Membership, by: User) -> None:
    """Record that this person was in the team, so that the team still finds what they did there, and who ended it.

    Call it before the membership is deleted, or becomes somebody else's, in the same transaction.
    """
    FormerMembership.objects.create(team=membership.team, user=membership.user, created_at=membership.created_at)
    about = membership.user.email
    record_audit(membership.team_id, Kind.MEMBER_REMOVED, by, about=about, details=membership.role)


def _lock_for(by: Membership) -> None:
    """Lock the team, and reload the person's role. Raises ActionRefused if they may not manage the team any more."""
    lock_team(by.team.pk)
    role = Membership.objects.filter(pk=by.pk).values_list("role", flat=True).first()
    if role is None or not Membership(role=role).can(Permission.TEAM_MANAGE):
        raise ActionRefused(_("You are no longer allowed to do that."))
    by.role = role


def _refresh(membership: Membership) -> None:
    """Reload it, once the team is locked. Raises ActionRefused if it was ended meanwhile."""
    try:
        membership.refresh_from_db()
    except Membership.DoesNotExist:
        raise ActionRefused(_("This person is no longer on the team.")) from None


def _check_may_give(by: Membership, role: str) -> None:
    if role not in Role.values:
        raise ActionRefused(_("Unknown role."))
    if role == Role.OWNER and not by.can(Permission.OWNER_MANAGE):
        raise ActionRefused(_("Only an owner can do that."))


def _check_may_change(by: Membership, membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    if not by.can(Permission.OWNER_MANAGE):
        raise ActionRefused(_("Only an owner can do that."))
    if Membership.objects.for_team(by.team).filter(role=Role.OWNER).count() == 1:
        raise ActionRefused(_("A team needs an owner; make someone else an owner first."))
