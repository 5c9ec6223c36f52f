"""Tickets in various states."""

from django.db.models import Count

from helpdesk.teams.models import Team
from helpdesk.tickets.models import Message, Ticket
from tests.browser.screenshots.camera import AFTER, DARK, DARK_PHONE, DESKTOP, LAST, PAPER, PHONE, Shot
from tests.browser.screenshots.gestures import first, keys, print_it
from tests.browser.screenshots.gestures import tickets as gestures
from tests.browser.screenshots.states import tickets as states
from tests.browser.screenshots.states.tickets import path_of


def tickets(team: Team) -> list[Shot]:
    """Tickets in various states."""
    quiet, asked = states.quiet(team), states.asked(team)[0]
    talks = Ticket.objects.for_team(team).unfinished().filter(messages__kind=Message.Kind.REPLY)
    conversation = path_of(talks.annotate(said=Count("messages")).order_by("-said", "-number")[0])
    own, question = path_of(quiet), path_of(asked)
    return [
        Shot("ticket", "A ticket without a question: what the learner did", DESKTOP, own),
        Shot("ticket-question", "A ticket with its question", DESKTOP, question),
        Shot("ticket-conversation", "A conversation", DESKTOP, conversation, gestures.to_the_end),
        Shot("ticket-conversation-dark", "A conversation, dark mode", DARK, conversation, gestures.to_the_end),
        Shot("ticket-phone", "A ticket on a phone", DARK_PHONE, question),
        Shot("ticket-resolved", "A resolved ticket", DESKTOP, lambda: states.finished(team)),
        Shot("ticket-merged", "A ticket merged into another", DESKTOP, lambda: states.merged(team)),
        Shot("ticket-print", "A ticket on paper", PAPER, conversation, print_it),
        Shot("ticket-picker", "Adding a tag", DESKTOP, own, keys("l")),
        Shot("ticket-assignee", "Choosing the assignee", DESKTOP, own, keys("a")),
        Shot("ticket-snooze", "Snoozing a ticket", DESKTOP, own, keys("s")),
        Shot("ticket-snoozed", "A snoozed ticket, and until when", DESKTOP, lambda: states.snoozed(team), turn=AFTER),
        Shot("ticket-more-phone", "All actions, on a phone", PHONE, question, first("#ticket [data-key=m]")),
        Shot("ticket-undo", "Every change can be undone", DESKTOP, own, gestures.take, restore=gestures.undo),
        Shot("ticket-presence", "A colleague is writing", DESKTOP, question, states.look_on(asked), turn=AFTER),
        Shot("ticket-refusal", "A colleague was faster", DESKTOP, own, states.be_too_late(quiet), turn=AFTER),
        Shot(
            "push-offer",
            "The offer of notifications",
            DESKTOP,
            lambda: states.of_nobody(team),
            gestures.be_offered_push,
            turn=AFTER,
        ),
        Shot(
            "ticket-email-failed",
            "A reply was not delivered",
            DESKTOP,
            lambda: path_of(states.failed_email(team)),
            turn=LAST,
        ),
    ]
