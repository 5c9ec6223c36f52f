"""Lists all pictures, one module per part of the product, in the order of the index."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import Chapter
from tests.browser.screenshots.chapters.accounts import accounts
from tests.browser.screenshots.chapters.emails import emails
from tests.browser.screenshots.chapters.first_hour import first_hour
from tests.browser.screenshots.chapters.inbox import inbox
from tests.browser.screenshots.chapters.integrations import integrations
from tests.browser.screenshots.chapters.learner_page import learner_page
from tests.browser.screenshots.chapters.obstacles import obstacles
from tests.browser.screenshots.chapters.operations import operations
from tests.browser.screenshots.chapters.overview import overview
from tests.browser.screenshots.chapters.privacy import privacy
from tests.browser.screenshots.chapters.replying import replying
from tests.browser.screenshots.chapters.sent_emails import sent_emails
from tests.browser.screenshots.chapters.team import team_pages
from tests.browser.screenshots.chapters.ticket import tickets


def chapters_of(team: Team) -> list[Chapter]:
    """All chapters."""
    return [
        ("The list", inbox(team)),
        ("The ticket", tickets(team)),
        ("Replies and notes", replying(team)),
        ("The learner’s page", learner_page(team)),
        ("E-mail that comes in, and how it is set up", emails(team)),
        ("E-mails that are sent", sent_emails(team)),
        ("Reports, courses, learners, tags", overview(team)),
        ("Integrations", integrations(team)),
        ("The team", team_pages(team)),
        ("Privacy", privacy(team)),
        ("Accounts", accounts(team)),
        ("The first hour", first_hour()),
        ("What is in the way", obstacles(team)),
        ("For the operator", operations()),
    ]
