"""The members of a team, and its settings."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DESKTOP, PHONE, Shot
from tests.browser.screenshots.gestures import pages as gestures
from tests.browser.screenshots.gestures import show_instead, steps, to
from tests.browser.screenshots.states.people import INVITED, invited

DEMO_LINK = "https://helpdesk.example/invitations/convite-da-demonstracao/"


def team_pages(team: Team) -> list[Shot]:
    """Members, invitations, hours, security."""
    return [
        Shot("team", "People and settings", DESKTOP, "team/"),
        Shot(
            "team-invited",
            "An invitation and its link",
            DESKTOP,
            lambda: invited(team),
            steps(gestures.ask_for_link(INVITED), show_instead("#new-link", DEMO_LINK), to("#invitations")),
            turn=AFTER,
        ),
        Shot("business-hours", "Business hours", DESKTOP, "team/", to("#business-hours")),
        Shot(
            "business-hours-error",
            "A day that ends before it starts",
            PHONE,
            "team/",
            steps(gestures.close_before_opening, to("#business-hours")),
        ),
        Shot("security", "How people log in", DESKTOP, "team/security/"),
    ]
