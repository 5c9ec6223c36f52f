"""Logging in, and one's own settings."""

from helpdesk.demo.management.commands.demo import OWNER
from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, PHONE, Shot
from tests.browser.screenshots.gestures import pages as gestures
from tests.browser.screenshots.gestures import to
from tests.browser.screenshots.states.accounts import ELISA, logged_in_elsewhere, with_second_factor
from tests.browser.screenshots.states.people import invitation

NOBODY = ""


def accounts(team: Team) -> list[Shot]:
    """Logging in, and one's own settings."""
    return [
        Shot("login", "Logging in", DESKTOP, "/accounts/login/", person=NOBODY),
        Shot("login-phone", "Logging in on a phone", DARK_PHONE, "/accounts/login/", person=NOBODY),
        Shot("login-wrong", "A wrong password", DESKTOP, "/accounts/login/", gestures.fail_to_log_in(1), NOBODY),
        Shot(
            "login-throttled",
            "Too many wrong passwords",
            PHONE,
            "/accounts/login/",
            gestures.fail_to_log_in(gestures.FAILURES),
            NOBODY,
            AFTER,
        ),
        Shot("password-reset", "A forgotten password", DESKTOP, "/accounts/password/reset/", person=NOBODY),
        Shot(
            "password-reset-sent",
            "The link was sent",
            DESKTOP,
            "/accounts/password/reset/",
            gestures.ask_for_reset,
            NOBODY,
        ),
        Shot(
            "password-reset-used",
            "A link that was already used",
            DESKTOP,
            "/accounts/password/reset/key/1-usado/",
            person=NOBODY,
        ),
        Shot("invitation", "Accepting an invitation", DESKTOP, invitation(team), person=NOBODY, turn=AFTER),
        Shot(
            "invitation-gone",
            "An invitation that was withdrawn",
            PHONE,
            invitation(team, is_revoked=True),
            person=NOBODY,
            turn=AFTER,
        ),
        Shot("account", "The account", DESKTOP, "/account/"),
        Shot(
            "account-sessions",
            "Active sessions",
            DESKTOP,
            lambda: logged_in_elsewhere(OWNER[1]),
            to("#sessions"),
            turn=AFTER,
        ),
        Shot("two-factor", "Two-factor authentication", DESKTOP, "/accounts/2fa/totp/activate/"),
        Shot(
            "two-factor-on",
            "Two-factor authentication: app, passkeys and codes",
            DESKTOP,
            with_second_factor("/accounts/2fa/"),
            person=ELISA,
        ),
        Shot("passkeys", "Passkeys", DESKTOP, with_second_factor("/accounts/2fa/webauthn/"), person=ELISA),
        Shot(
            "recovery-codes",
            "Recovery codes",
            DESKTOP,
            with_second_factor("/accounts/2fa/recovery-codes/"),
            person=ELISA,
        ),
        Shot(
            "two-factor-login",
            "The second step of logging in",
            PHONE,
            with_second_factor("/accounts/login/"),
            gestures.log_in(ELISA),
            NOBODY,
        ),
        Shot(
            "reauthentication",
            "Confirming who one is",
            DESKTOP,
            with_second_factor("/accounts/2fa/recovery-codes/"),
            gestures.come_back_later,
            ELISA,
        ),
        Shot("email-change", "Changing the e-mail address", DESKTOP, "/accounts/email/"),
        Shot(
            "email-confirmed",
            "A confirmation link that was already used",
            DESKTOP,
            "/accounts/confirm-email/MQ:abc:def/",
        ),
        Shot("log-out", "Logging out", DESKTOP, "/accounts/logout/"),
        Shot("choose-team", "Choosing a team", DESKTOP, "/teams/"),
    ]
