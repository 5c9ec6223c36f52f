"""More people than the demo has."""

from collections.abc import Callable

from helpdesk.teams.actions import find_or_create_user, invite, revoke_invitation
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import Role

VIEWER = "carla@escoladaana.example"
INVITED = "davi@escoladaana.example"
OPERATOR = "operador@helpdesk.example"


def owner(team: Team) -> Membership:
    """The team's owner."""
    return Membership.objects.for_team(team).select_related("user", "team").order_by("pk")[0]


def colleague(team: Team) -> User:
    """Another member of the team."""
    return Membership.objects.for_team(team).select_related("user").order_by("pk")[1].user


def viewer_of(team: Team, path: str) -> Callable[[], str]:
    """The path of a page of the team, after a read-only member has joined."""

    def join() -> str:
        user = find_or_create_user(VIEWER, None, "Carla Dias")
        Membership.objects.get_or_create(team=team, user=user, defaults={"role": Role.VIEWER})
        return path

    return join


def invitation(team: Team, *, is_revoked: bool = False) -> Callable[[], str]:
    """The path of an invitation, or of a revoked one."""

    def make() -> str:
        made, token = invite(owner(team), INVITED, Role.AGENT)
        if is_revoked:
            revoke_invitation(owner(team), made)
        return f"/invitations/{token}/"

    return make


def invited(team: Team) -> str:
    """The path of the team's page, with a pending invitation."""
    invitation(team)()
    return "team/"


def operator(path: str) -> Callable[[], str]:
    """The path of a page of the admin, for the operator."""

    def make() -> str:
        User.objects.update_or_create(
            email=OPERATOR, defaults={"name": "Otávio Reis", "is_staff": True, "is_superuser": True}
        )
        return path.replace("PERSON", str(User.objects.get(email=VIEWER).pk)) if "PERSON" in path else path

    return make
