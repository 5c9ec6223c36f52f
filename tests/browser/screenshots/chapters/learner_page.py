"""The pages that learners reach through links in e-mails."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, PHONE, Shot
from tests.browser.screenshots.gestures import first, settle, steps, submit
from tests.browser.screenshots.gestures.pages import ask_for_help
from tests.browser.screenshots.states.learner_page import learner_pages


def learner_page(team: Team) -> list[Shot]:
    """The pages that learners reach through links in e-mails."""
    pages = learner_pages(team)
    return [
        Shot("learner-page", "The learner is asked for the question", PHONE, pages["asks"]),
        Shot("learner-page-dark", "The learner’s page, dark mode", DARK_PHONE, pages["asks"]),
        Shot("learner-page-wide", "The learner’s page on a computer", DESKTOP, pages["asks"]),
        Shot("learner-page-incomplete", "Nothing was chosen or written", PHONE, pages["asks"], submit),
        Shot("learner-page-sent", "The answer has arrived", PHONE, pages["asks"], ask_for_help, turn=AFTER),
        Shot("learner-page-conversation", "The conversation as the learner sees it", PHONE, pages["talks"]),
        Shot("learner-page-rating", "Did it help?", PHONE, pages["resolved"]),
        Shot("learner-page-rated", "A rating with a comment", PHONE, pages["rated"]),
        Shot(
            "learner-page-solved",
            "The learner no longer needs help",
            PHONE,
            pages["talks"],
            first(".solved button"),
            turn=AFTER,
            restore=steps(first(".take-back button"), settle),
        ),
        Shot("learner-page-gone", "The link has expired", PHONE, pages["gone"]),
        Shot(
            "learner-page-renewed",
            "A new link was sent",
            PHONE,
            pages["gone"],
            steps(first("form .btn-primary"), settle),
            turn=AFTER,
        ),
        Shot("learner-page-unknown", "The link is incomplete", DARK_PHONE, "/ajuda/incompleto/"),
    ]
