"""Incoming e-mail, and its setup."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, LAST, Shot
from tests.browser.screenshots.gestures import first, settle, steps, to
from tests.browser.screenshots.gestures.pages import tick
from tests.browser.screenshots.other_teams import BRUNO, quiet_team
from tests.browser.screenshots.states import emails as states


def emails(team: Team) -> list[Shot]:
    """Incoming e-mail, and its setup."""
    ignore = steps(tick(1), first("main form .log-actions .btn"), settle)
    return [
        Shot("emails", "E-mails without a ticket", DESKTOP, "emails/"),
        Shot("emails-ticked", "Two selected", DESKTOP, "emails/", tick(2)),
        Shot("emails-phone", "E-mails without a ticket, on a phone", DARK_PHONE, "emails/", tick(1)),
        Shot("email", "One of these e-mails", DESKTOP, lambda: states.held_email(team)),
        Shot(
            "emails-ignored",
            "One ignored, with undo",
            DESKTOP,
            "emails/",
            ignore,
            turn=AFTER,
            restore=steps(first(".notice.success .btn"), settle),
        ),
        Shot("emails-empty", "No e-mails left", DESKTOP, lambda: quiet_team("emails/"), person=BRUNO),
        Shot("ignored-senders", "Ignored senders", DESKTOP, "emails/senders/"),
        Shot("email-settings", "The sender of e-mails", DESKTOP, "email/"),
        Shot("mailboxes", "Mailboxes", DESKTOP, "email/mailboxes/"),
        Shot("mailbox", "A mailbox", DESKTOP, "email/mailboxes/", first("main a[href*='/mailboxes/']")),
        Shot(
            "mailboxes-error",
            "A mailbox that refuses the login",
            DESKTOP,
            lambda: states.with_broken_mailbox(team),
            turn=LAST,
            restore=states.mend_mailbox,
        ),
        Shot(
            "mailbox-error",
            "What is wrong with a mailbox, and how to fix it",
            DESKTOP,
            lambda: states.with_broken_mailbox(team, "email/mailboxes/PK/"),
            turn=LAST,
            restore=states.mend_mailbox,
        ),
        Shot(
            "suppressed-addresses",
            "Suppressed addresses",
            DESKTOP,
            lambda: states.suppressed(team),
            to("#suppressed-title"),
            turn=AFTER,
        ),
        Shot("unsubscribe", "Unsubscribed by one click", DESKTOP, lambda: states.unsubscribing(team), person=""),
    ]
