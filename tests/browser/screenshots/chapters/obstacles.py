"""Error pages."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, PHONE, Shot
from tests.browser.screenshots.gestures.pages import show_error
from tests.browser.screenshots.gestures.tickets import go_offline
from tests.browser.screenshots.states.people import VIEWER, viewer_of


def obstacles(team: Team) -> list[Shot]:
    """Error pages."""
    return [
        Shot("offline", "Offline", PHONE, "/offline/pt-br/"),
        Shot("inbox-offline", "Offline: changes are kept and sent later", DESKTOP, "", go_offline),
        Shot("not-found", "Page not found", DESKTOP, "tickets/9999/"),
        Shot(
            "forbidden",
            "Not allowed for this role",
            DESKTOP,
            viewer_of(team, "sources/new/"),
            person=VIEWER,
            turn=AFTER,
        ),
        Shot("too-many-attempts", "Too many attempts", PHONE, "/teams/", show_error(429)),
        Shot("server-error", "An internal error", DESKTOP, "/teams/", show_error(500)),
        Shot("no-database", "The database is unavailable", DARK_PHONE, "/teams/", show_error(503)),
    ]
