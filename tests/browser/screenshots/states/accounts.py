"""People who are logged in elsewhere, have a second factor, or must reauthenticate."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from functools import cache

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import encrypt
from django.test import Client
from django.utils import timezone

from helpdesk.operations.environ import UNKNOWN
from helpdesk.teams.actions import find_or_create_user
from helpdesk.teams.models import AccountEvent, Membership, Team, User, UserSession
from helpdesk.teams.roles import Role
from helpdesk.teams.session_use import IN_SESSION, SessionUse
from tests.browser.screenshots.other_teams import BRUNO, team_of
from tests.logins import force_login
from tests.teams.soft_key import SoftKey

ELISA = "elisa@ateliedobruno.example"
PASSWORD = "uma senha bem comprida"
CODES = [f"DEMO{number:04}" for number in range(1, 11)]  # obviously fake
CHROME, SAFARI = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
)
Kind = AccountEvent.Kind
HAPPENED = [  # to members of the team, the owner first
    (0, Kind.LOGGED_IN, CHROME, "203.0.113.24", timedelta(hours=3)),
    (1, Kind.LOGGED_IN, SAFARI, "198.51.100.91", timedelta(hours=5)),
    (2, Kind.PASSWORD_RESET, CHROME, "192.0.2.140", timedelta(hours=22)),
    (2, Kind.LOGIN_REFUSED, CHROME, "192.0.2.140", timedelta(hours=23)),
    (2, Kind.LOGIN_FAILED, CHROME, "192.0.2.140", timedelta(hours=23)),
    (0, Kind.LOGGED_IN, SAFARI, "198.51.100.7", timedelta(days=2)),
    (0, Kind.TWO_FACTOR_ACTIVATED, CHROME, "203.0.113.24", timedelta(days=3)),
]
ELSEWHERE = [(CHROME, "203.0.113.24", timedelta(hours=3)), (SAFARI, "198.51.100.7", timedelta(days=2))]


def logged_in_elsewhere(person: str) -> str:
    """The path of the account of somebody with sessions on other machines too."""
    user = User.objects.get(email=person)
    for user_agent, address, ago in ELSEWHERE:
        if user_agent not in {use.user_agent for use in _uses(user)}:
            _log_in(user, user_agent, address, ago)
    return "/account/"


def _uses(user: User) -> list[SessionUse]:
    sessions = UserSession.objects.filter(user=user).select_related("session")
    return [use for each in sessions if (use := SessionUse.of(each.session.get_decoded()))]


def _log_in(user: User, user_agent: str, address: str, ago: timedelta) -> None:
    client, now = Client(), timezone.now()
    force_login(client, user)
    begun, seen = ((now - each).timestamp() for each in (ago + timedelta(days=4), ago))
    session = client.session
    session[IN_SESSION] = asdict(SessionUse(begun, seen, seen, address, user_agent))
    session.save()
    UserSession.objects.create(session_id=str(session.session_key), user=user)


def log_logins(team: Team) -> str:
    """The path of the log of account events of the team's members, with three days of events."""
    people = list(User.objects.filter(memberships__team=team).order_by("pk"))
    now = timezone.now()
    Membership.objects.filter(team=team).update(
        created_at=now - timedelta(days=30)
    )  # earlier events do not count as theirs
    if not AccountEvent.objects.filter(user__in=people, kind=Kind.TWO_FACTOR_ACTIVATED).exists():
        AccountEvent.objects.filter(user__in=people, address=UNKNOWN).delete()  # made by the demo itself
        AccountEvent.objects.bulk_create(
            AccountEvent(
                user=people[place],
                email=people[place].email,
                kind=kind,
                user_agent=user_agent,
                address=address,
                created_at=now - ago,
            )
            for place, kind, user_agent, address, ago in HAPPENED
        )
    return "privacy/audit/logins/"


def with_second_factor(path: str) -> Callable[[], str]:
    """The path, with an app, two passkeys and recovery codes for this person."""

    def set_up() -> str:
        _give_second_factor()
        return path

    return set_up


@cache
def _give_second_factor() -> None:
    user = find_or_create_user(ELISA, PASSWORD, "Elisa Prates")
    Membership.objects.get_or_create(team=team_of(BRUNO), user=user, defaults={"role": Role.AGENT})
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, generate_totp_secret())
    for name, ago in (("Celular", timedelta(hours=5)), ("Chave de segurança", None)):
        used = timezone.now() - ago if ago else None
        data = {"name": name, "credential": SoftKey().create({"publicKey": {"challenge": "AAAA"}})}
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data, last_used_at=used)
    codes = {"migrated_codes": [encrypt(code) for code in CODES]}
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=codes)


def session_of_an_hour_ago() -> str:
    """The key of a session of hers that was last authenticated an hour ago."""
    client = Client()
    force_login(client, User.objects.get(email=ELISA))
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = time.time() - 60 * 60
    session.save()
    return str(session.session_key)
