"""E-mail that comes in, and how it is set up."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, LAST, Shot
from tests.browser.screenshots.gestures import first, settle, steps, to
from tests.browser.screenshots.gestures.pages import tick
from tests.browser.screenshots.other_teams import BRUNO, quiet_team
from tests.browser.screenshots.states import emails as states


def emails(team: Team) -> list[Shot]:
    """E-mail that comes in, and how it is set up."""
    ignore = steps(tick(1), first("main form .log-actions .btn"), settle)
    return [
        Shot("emails", "E-mails without a ticket", DESKTOP, "emails/"),
        Shot("emails-ticked", "Two chosen", DESKTOP, "emails/", tick(2)),
        Shot("emails-phone", "On a phone", DARK_PHONE, "emails/", tick(1)),
        Shot("email", "One of them", DESKTOP, lambda: states.held_email(team)),
        Shot(
            "emails-ignored",
            "One ignored, with its undo",
            DESKTOP,
            "emails/",
            ignore,
            turn=AFTER,
            restore=steps(first(".notice.success .btn"), settle),
        ),
        Shot("emails-empty", "None is left", DESKTOP, lambda: quiet_team("emails/"), person=BRUNO),
        Shot("ignored-senders", "Who is ignored", DESKTOP, "emails/senders/"),
        Shot("email-settings", "Whom e-mails come from", DESKTOP, "email/"),
        Shot("mailboxes", "Mailboxes", DESKTOP, "email/mailboxes/"),
        Shot("mailbox", "A mailbox", DESKTOP, "email/mailboxes/", first("main a[href*='/mailboxes/']")),
        Shot(
            "mailboxes-error",
            "A mailbox that lets nobody in",
            DESKTOP,
            lambda: states.with_broken_mailbox(team),
            turn=LAST,
            restore=states.mend_mailbox,
        ),
        Shot(
            "mailbox-error",
            "Why, and where to mend it",
            DESKTOP,
            lambda: states.with_broken_mailbox(team, "email/mailboxes/PK/"),
            turn=LAST,
            restore=states.mend_mailbox,
        ),
        Shot(
            "suppressed-addresses",
            "Addresses that nothing is sent to",
            DESKTOP,
            lambda: states.suppressed(team),
            to("#suppressed-title"),
            turn=AFTER,
        ),
        Shot("unsubscribe", "An e-mail stopped by one click", DESKTOP, lambda: states.unsubscribing(team), person=""),
    ]
