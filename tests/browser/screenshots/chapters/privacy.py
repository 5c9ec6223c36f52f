"""Data protection: requests by learners, incidents, and logs."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DESKTOP, LAST, Shot
from tests.browser.screenshots.gestures import to, wait_for
from tests.browser.screenshots.other_teams import IRIS
from tests.browser.screenshots.states import integrations
from tests.browser.screenshots.states import privacy as states
from tests.browser.screenshots.states.accounts import log_logins


def privacy(team: Team) -> list[Shot]:
    """Exports, erasures, incidents, logs."""
    learner = team.learners.order_by("pk")[0].pk
    return [
        Shot("privacy", "Privacy", DESKTOP, "privacy/"),
        Shot("privacy-learner", "A learner’s data: exports and erasure", DESKTOP, f"privacy/learners/{learner}/"),
        Shot("erase-learner", "Before a learner is erased", DESKTOP, f"privacy/learners/{learner}/erase/"),
        Shot(
            "learner-export",
            "An export is ready",
            DESKTOP,
            lambda: states.export(team),
            wait_for("#exports a[download], #exports a[href*='/exports/']"),
            turn=AFTER,
        ),
        Shot(
            "erasure-waiting",
            "A second person has to agree",
            DESKTOP,
            lambda: states.waiting_erasure(team),
            to("#erasure-title"),
            turn=LAST,
            restore=states.give_up_erasures,
        ),
        Shot(
            "learner-erased",
            "Erased, with the receipt",
            DESKTOP,
            states.erasure,
            wait_for("#erasure dl"),
            IRIS,
            LAST,
        ),
        Shot("incidents", "Incidents", DESKTOP, lambda: states.incident(team)[: len("privacy/incidents/")], turn=AFTER),
        Shot("incident", "An incident, with its deadlines", DESKTOP, lambda: states.incident(team), turn=AFTER),
        Shot("retention", "How long data is kept", DESKTOP, "privacy/retention/"),
        Shot("audit-log", "Who viewed what", DESKTOP, "privacy/audit/"),
        Shot("audit-logins", "Who logged in, and from where", DESKTOP, lambda: log_logins(team), turn=AFTER),
        Shot("audit-reads", "What API clients read", DESKTOP, lambda: integrations.read_by_token(team), turn=AFTER),
        Shot("services", "Who else receives data", DESKTOP, "privacy/services/"),
    ]
