"""What nobody wants to meet."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, PHONE, Shot
from tests.browser.screenshots.gestures.pages import show_error
from tests.browser.screenshots.gestures.tickets import go_offline
from tests.browser.screenshots.states.people import VIEWER, viewer_of


def obstacles(team: Team) -> list[Shot]:
    """What nobody wants to meet."""
    return [
        Shot("offline", "Offline", PHONE, "/offline/pt-br/"),
        Shot("inbox-offline", "Offline: what is done is kept", DESKTOP, "", go_offline),
        Shot("not-found", "A page that is not there", DESKTOP, "tickets/9999/"),
        Shot(
            "forbidden",
            "Not for this role",
            DESKTOP,
            viewer_of(team, "sources/new/"),
            person=VIEWER,
            turn=AFTER,
        ),
        Shot("too-many-attempts", "Too many attempts", PHONE, "/teams/", show_error(429)),
        Shot("server-error", "A fault of ours", DESKTOP, "/teams/", show_error(500)),
        Shot("no-database", "The database does not answer", DARK_PHONE, "/teams/", show_error(503)),
    ]
