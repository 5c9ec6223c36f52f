"""The pictures of what is set up: integrations, team, accounts; and of what is in the way."""

from helpdesk.teams.models import Team
from tests.browser.screenshots import gestures, states
from tests.browser.screenshots.camera import AFTER, DARK, DARK_PHONE, DESKTOP, LAST, PHONE, Shot
from tests.browser.screenshots.gestures import first, show_error
from tests.browser.screenshots.other_teams import BRUNO, CLARA, DAVI, new_team, quiet_team, team_in_setup

NOBODY = ""


def integrations(team: Team) -> list[Shot]:
    """Eduzz, webhooks, API."""
    source = team.sources.order_by("created_at")[0]
    return [
        Shot("eduzz", "The connection with Eduzz", DESKTOP, f"sources/{source.pk}/"),
        Shot("deliveries", "What Eduzz has sent", DESKTOP, f"sources/{source.pk}/deliveries/"),
        Shot("delivery", "One event as it came", DESKTOP, f"sources/{source.pk}/deliveries/", first("main .row-link")),
        Shot(
            "quarantine",
            "Signed by a key that is not known",
            DESKTOP,
            lambda: states.hold_back(source),
            turn=LAST,
            restore=states.release(source),
        ),
        Shot("delete-source", "Before it is deleted", DESKTOP, f"sources/{source.pk}/delete/"),
        Shot("webhooks-empty", "No webhook yet", DESKTOP, lambda: quiet_team("integrations/"), person=BRUNO),
        Shot("webhooks", "A new webhook", DESKTOP, "integrations/new/"),
        Shot("webhook", "A webhook", DESKTOP, lambda: states.endpoint(team), turn=AFTER),
        Shot("api-tokens", "API tokens", DESKTOP, "tokens/"),
        Shot("api-reference", "The API’s reference", DARK, "/api/v1/docs"),
    ]


def team_settings(team: Team) -> list[Shot]:
    """People, and what is owed to those whose data is held."""
    learner = team.learners.order_by("pk")[0].pk
    return [
        Shot("team", "People and settings", DESKTOP, "team/"),
        Shot("security", "How people log in", DESKTOP, "team/security/"),
        Shot("privacy", "Privacy", DESKTOP, "privacy/"),
        Shot("privacy-learner", "What is owed to a learner", DESKTOP, f"privacy/learners/{learner}/"),
        Shot("erase-learner", "Before a learner is erased", DESKTOP, f"privacy/learners/{learner}/erase/"),
        Shot("incidents", "Incidents", DESKTOP, lambda: states.incident(team)[: len("privacy/incidents/")], turn=AFTER),
        Shot(
            "incident", "An incident, and until when to tell whom", DESKTOP, lambda: states.incident(team), turn=AFTER
        ),
        Shot("retention", "How long data is kept", DESKTOP, "privacy/retention/"),
        Shot("audit-log", "Who looked at what", DESKTOP, "privacy/audit/"),
        Shot("services", "Who else receives data", DESKTOP, "privacy/services/"),
    ]


def accounts(team: Team) -> list[Shot]:
    """Logging in, and one's own settings."""
    return [
        Shot("login", "Logging in", DESKTOP, "/accounts/login/", person=NOBODY),
        Shot("login-phone", "On a phone", DARK_PHONE, "/accounts/login/", person=NOBODY),
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
            "The link is on its way",
            DESKTOP,
            "/accounts/password/reset/",
            gestures.ask_for_reset,
            NOBODY,
        ),
        Shot(
            "password-reset-used",
            "A link that was used",
            DESKTOP,
            "/accounts/password/reset/key/1-usado/",
            person=NOBODY,
        ),
        Shot("invitation", "An invitation", DESKTOP, states.invitation(team), person=NOBODY, turn=AFTER),
        Shot(
            "invitation-gone",
            "One that was taken back",
            PHONE,
            states.invitation(team, is_revoked=True),
            person=NOBODY,
            turn=AFTER,
        ),
        Shot("account", "One’s own settings", DESKTOP, "/account/"),
        Shot("two-factor", "A second factor", DESKTOP, "/accounts/2fa/totp/activate/"),
        Shot("email-change", "Another address", DESKTOP, "/accounts/email/"),
        Shot("email-confirmed", "A confirmation that was used", DESKTOP, "/accounts/confirm-email/MQ:abc:def/"),
        Shot("log-out", "Logging out", DESKTOP, "/accounts/logout/"),
        Shot("choose-team", "One’s teams", DESKTOP, "/teams/"),
    ]


def first_hour() -> list[Shot]:
    """From nothing to the first ticket."""
    return [
        Shot("first-run", "Nothing is connected yet", DESKTOP, new_team, person=CLARA, turn=AFTER),
        Shot("first-source", "Connecting Eduzz", DESKTOP, lambda: new_team("sources/new/"), person=CLARA, turn=AFTER),
        Shot("setup", "What is left to do", DESKTOP, team_in_setup, person=DAVI),
        Shot("setup-phone", "On a phone", DARK_PHONE, team_in_setup, person=DAVI),
        Shot("setup-steps", "Step by step", DESKTOP, lambda: team_in_setup("source"), person=DAVI),
    ]


def obstacles(team: Team) -> list[Shot]:
    """What nobody wants to meet."""
    return [
        Shot("offline", "Offline", PHONE, "/offline/pt-br/"),
        Shot("inbox-offline", "Offline: what is done is kept", DESKTOP, "", gestures.go_offline),
        Shot("not-found", "A page that is not there", DESKTOP, "tickets/9999/"),
        Shot(
            "forbidden",
            "Not for this role",
            DESKTOP,
            states.viewer_of(team, "sources/new/"),
            person=states.VIEWER,
            turn=AFTER,
        ),
        Shot("too-many-attempts", "Too many attempts", PHONE, "/teams/", show_error(429)),
        Shot("server-error", "A fault of ours", DESKTOP, "/teams/", show_error(500)),
        Shot("no-database", "The database does not answer", DARK_PHONE, "/teams/", show_error(503)),
    ]


def operations() -> list[Shot]:
    """The admin."""
    return [
        Shot("admin", "The admin", DESKTOP, states.operator("/admin/"), person=states.OPERATOR, turn=AFTER),
        Shot(
            "admin-sources",
            "Which sources are well",
            DARK,
            states.operator("/admin/webhooks/source/"),
            person=states.OPERATOR,
            turn=AFTER,
        ),
        Shot(
            "admin-person",
            "A person’s rights",
            DESKTOP,
            states.operator("/admin/teams/user/PERSON/change/"),
            gestures.to_permissions,
            states.OPERATOR,
            AFTER,
        ),
    ]
