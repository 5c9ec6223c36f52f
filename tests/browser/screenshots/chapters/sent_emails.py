"""The e-mails that Helpdesk sends, as mail programs show them."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import DARK_EMAIL, DARK_PHONE, EMAIL, PHONE, Screen, Shot
from tests.browser.screenshots.gestures.pages import show_email, show_text
from tests.browser.screenshots.states import sent_emails as states

BLANK = "about:blank"  # until the e-mail is put there


def sent_emails(team: Team) -> list[Shot]:
    """To learners, then to the team."""

    def email(name: str, caption: str, make: states.Make, screen: Screen = EMAIL) -> Shot:
        return Shot(f"sent-{name}", caption, screen, BLANK, show_email(make, team))

    def text(name: str, caption: str, make: states.Make) -> Shot:
        return Shot(f"sent-{name}-text", caption, EMAIL, BLANK, show_text(make, team))

    return [
        email("reply", "A reply that resolves asks whether it helped", states.resolving_reply),
        email("reply-dark", "The same in the dark", states.resolving_reply, DARK_EMAIL),
        text("reply", "The same as text", states.resolving_reply),
        email("first-reply", "The first reply asks what it is about", states.first_reply),
        email("first-reply-phone", "The same on a phone", states.first_reply, DARK_PHONE),
        email("new-link", "A new link to the learner’s page", states.new_link, PHONE),
        email("new-requests", "New requests, at most once a minute", states.new_requests),
        email("new-requests-dark", "The same in the dark", states.new_requests, DARK_EMAIL),
        text("new-requests", "The same as text", states.new_requests),
        email("learner-wrote", "A learner wrote back", states.learner_wrote),
        email("invitation", "An invitation", states.invitation),
        email("welcome", "To the owner of a new team", states.welcome),
        email("password-reset", "A forgotten password", states.password_reset, DARK_EMAIL),
        email("login-refused", "Somebody guesses at a password", states.login_refused),
        email("webhook-disabled", "A webhook that nobody takes", states.webhook_disabled),
        email("mailbox-alarm", "A mailbox that lets nobody in", states.mailbox_alarm),
    ]
