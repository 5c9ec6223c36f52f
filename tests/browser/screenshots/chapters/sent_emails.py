"""The e-mails that Helpdesk sends, as mail programs show them."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import DARK_EMAIL, DARK_PHONE, EMAIL, PHONE, Screen, Shot
from tests.browser.screenshots.gestures.pages import show_email, show_text
from tests.browser.screenshots.states import sent_emails as states

BLANK = "about:blank"  # replaced with the e-mail


def sent_emails(team: Team) -> list[Shot]:
    """E-mails to learners, then those to the team."""

    def email(name: str, caption: str, make: states.Make, screen: Screen = EMAIL) -> Shot:
        return Shot(f"sent-{name}", caption, screen, BLANK, show_email(make, team))

    def text(name: str, caption: str, make: states.Make) -> Shot:
        return Shot(f"sent-{name}-text", caption, EMAIL, BLANK, show_text(make, team))

    return [
        email("reply", "A reply that resolved the ticket asks for a rating", states.resolving_reply),
        email("reply-dark", "The same reply, dark mode", states.resolving_reply, DARK_EMAIL),
        text("reply", "The same reply as plain text", states.resolving_reply),
        email("first-reply", "The first reply asks for the question", states.first_reply),
        email("first-reply-phone", "The first reply on a phone", states.first_reply, DARK_PHONE),
        email("new-link", "A new link to the learner’s page", states.new_link, PHONE),
        email("new-requests", "New requests, at most once a minute", states.new_requests),
        email("new-requests-dark", "New requests, dark mode", states.new_requests, DARK_EMAIL),
        text("new-requests", "New requests as plain text", states.new_requests),
        email("learner-wrote", "A learner wrote back", states.learner_wrote),
        email("invitation", "An invitation", states.invitation),
        email("welcome", "The welcome for the owner of a new team", states.welcome),
        email("password-reset", "A password reset", states.password_reset, DARK_EMAIL),
        email("login-refused", "Somebody is guessing a password", states.login_refused),
        email("webhook-disabled", "A webhook was disabled", states.webhook_disabled),
        email("mailbox-alarm", "A mailbox refuses the login", states.mailbox_alarm),
    ]
