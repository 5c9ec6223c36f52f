"""Replies to learners and notes to colleagues."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK_PHONE, DESKTOP, PHONE, Shot
from tests.browser.screenshots.gestures import first, keys, settle, steps
from tests.browser.screenshots.gestures import tickets as gestures
from tests.browser.screenshots.gestures.tickets import write
from tests.browser.screenshots.states import tickets as states


def replying(team: Team) -> list[Shot]:
    """Replies to learners and notes to colleagues."""
    asked = states.asked(team)[0]
    question = states.path_of(asked)
    text = '"Oi! Saia da plataforma e **entre de novo**, por favor."'
    return [
        Shot("reply", "Writing a reply", DESKTOP, question, write(text)),
        Shot(
            "reply-preview",
            "Preview: what the learner will see",
            DESKTOP,
            question,
            steps(write(text), first("#editor-reply [data-preview]")),
        ),
        Shot("reply-canned", "Canned replies", DESKTOP, question, write('"/"')),
        Shot(
            "reply-send-menu",
            "Sending with a new status",
            DESKTOP,
            question,
            steps(write(text), first("#editor-reply .split-button summary")),
        ),
        Shot(
            "reply-empty",
            "An empty reply is refused",
            DESKTOP,
            question,
            steps(write(), first("#editor-reply [data-default-submit]"), settle),
        ),
        Shot(
            "reply-sent",
            "Ten seconds to undo",
            DESKTOP,
            question,
            steps(write(text), gestures.send),
            turn=AFTER,
            restore=gestures.undo,
        ),
        Shot(
            "reply-files",
            "A reply with files",
            DESKTOP,
            question,
            steps(write(text), gestures.attach),
            restore=gestures.take_files_away,
        ),
        Shot(
            "reply-uploading",
            "It is sent as soon as the upload is done",
            DESKTOP,
            question,
            steps(write(text), gestures.attach_slowly),
            restore=gestures.give_up_files,
        ),
        Shot(
            "reply-clash",
            "A colleague replied first",
            DESKTOP,
            question,
            steps(write(text), states.be_outpaced(asked)),
            turn=AFTER,
        ),
        Shot("reply-phone", "Writing a reply on a phone", PHONE, question, write('"Oi! "')),
        Shot(
            "reply-send-menu-phone",
            "Sending with a new status, on a phone",
            DARK_PHONE,
            question,
            steps(write('"Oi! "'), first("#editor-reply .split-button summary")),
        ),
        Shot("note", "A note that mentions a colleague", DESKTOP, question, steps(first(".dock-note"), keys('"@"'))),
        Shot("canned-replies", "The team’s canned replies", DESKTOP, "canned-replies/"),
        Shot("canned-reply", "A new canned reply", DESKTOP, "canned-replies/new/"),
        Shot(
            "first-replies",
            "The first reply, with a preview",
            DESKTOP,
            "email/first-replies/",
            first("main a[href*='first-replies/']:not([href$='new/'])"),
        ),
    ]
