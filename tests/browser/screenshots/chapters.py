"""Which pictures there are, in the order of the index, and when each is taken."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import Chapter
from tests.browser.screenshots.settings_chapters import (
    accounts,
    first_hour,
    integrations,
    obstacles,
    operations,
    team_settings,
)
from tests.browser.screenshots.work_chapters import emails, inbox, learner_page, overview, replying, tickets


def chapters_of(team: Team) -> list[Chapter]:
    """All of them."""
    return [
        ("The list", inbox(team)),
        ("The ticket", tickets(team)),
        ("Replies and notes", replying(team)),
        ("The learner’s page", learner_page(team)),
        ("E-mail", emails(team)),
        ("Reports, courses, learners, tags", overview(team)),
        ("Integrations", integrations(team)),
        ("The team and its data", team_settings(team)),
        ("Accounts", accounts(team)),
        ("The first hour", first_hour()),
        ("What is in the way", obstacles(team)),
        ("For the operator", operations()),
    ]
