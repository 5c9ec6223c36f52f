"""From installation to the first ticket."""

from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, Shot
from tests.browser.screenshots.other_teams import CLARA, DAVI, new_team, team_in_setup


def first_hour() -> list[Shot]:
    """From installation to the first ticket."""
    return [
        Shot("first-run", "Nothing is connected yet", DESKTOP, new_team, person=CLARA, turn=AFTER),
        Shot("first-source", "Connecting Eduzz", DESKTOP, lambda: new_team("sources/new/"), person=CLARA, turn=AFTER),
        Shot("setup", "The checklist", DESKTOP, team_in_setup, person=DAVI),
        Shot("setup-phone", "The checklist on a phone", DARK_PHONE, team_in_setup, person=DAVI),
        Shot(
            "setup-steps", "How to set up the webhook at Eduzz", DESKTOP, lambda: team_in_setup("source"), person=DAVI
        ),
    ]
