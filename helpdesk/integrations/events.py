"""The events that an endpoint can choose: every kind of fact in a ticket's history, and changes to learners."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.tickets.models import TicketEvent

Kind = TicketEvent.Kind

TEST = "test"  # only sent by hand, to try a receiver
MOST_EVENTS = 100  # per endpoint


_NAMES = {
    Kind.MESSAGE_SENT: "message.sent",
    Kind.SENDING_FAILED: "message.failed",
    Kind.LEARNER_WROTE: "message.received",
    Kind.QUESTION_KNOWN: "question.known",
}


def event_name(kind: str) -> str:
    """The name by which receivers know a kind of fact.

    Raises ValueError for a kind that only a newer version knows; a worker of that version retries and delivers the
    event.
    """
    return _NAMES.get(Kind(kind), f"ticket.{kind}")


_WORDS: dict[TicketEvent.Kind, Promise] = {
    Kind.CREATED: _("A learner asks for help, or someone opens a ticket"),
    Kind.ASKED_AGAIN: _("A learner asks again before the first request is finished"),
    Kind.ASSIGNED: _("A ticket is assigned"),
    Kind.UNASSIGNED: _("A ticket is unassigned"),
    Kind.STATUS_CHANGED: _("The status changes, for example to resolved"),
    Kind.REOPENED: _("A finished ticket is reopened"),
    Kind.PRIORITY_CHANGED: _("The priority changes"),
    Kind.NOTE_ADDED: _("Someone writes a note; its text is included"),
    Kind.FIRST_REPLY_SENT: _("The first reply asks a learner what it is about"),
    Kind.REPLIED: _("Someone replies to the learner; it is sent ten seconds later"),
    Kind.REPLY_CANCELLED: _("A reply is cancelled before it is sent"),
    Kind.EMAIL_TAKEN_OUT: _("An e-mail that was filed in a ticket is taken out of it"),
    Kind.MESSAGE_SENT: _("A message to the learner is sent; its text is included"),
    Kind.SENDING_FAILED: _("A message is not delivered to the learner, and why"),
    Kind.TAGGED: _("A tag is added"),
    Kind.UNTAGGED: _("A tag is removed"),
    Kind.SNOOZED: _("A ticket is snoozed"),
    Kind.UNSNOOZED: _("A snoozed ticket comes back"),
    Kind.MERGED: _("A ticket is merged into another"),
    Kind.UNMERGED: _("A merged ticket is split off again"),
    Kind.LEARNER_WROTE: _("A learner writes, on their page or by e-mail; the text is included"),
    Kind.QUESTION_KNOWN: _("A learner’s question becomes known or is corrected"),
    Kind.RATED: _("A learner rates the help; the rating is included"),
}
# About learners, not tickets: receivers must correct or erase the data that they keep, too. They name the learner by
# primary key only.
LEARNER_CORRECTED, LEARNER_ERASED = "learner.corrected", "learner.erased"
OF_LEARNERS: dict[str, Promise] = {
    LEARNER_CORRECTED: _("A learner’s name or address is corrected: correct it where you keep it as well"),
    LEARNER_ERASED: _("A learner is erased: erase what you keep of them as well"),
}
EVENTS: dict[str, Promise] = (
    {event_name(kind): words for kind, words in _WORDS.items()}
    | {event_name(kind): kind.label for kind in Kind if kind not in _WORDS}
    | OF_LEARNERS
)


def event_choices() -> list[tuple[str, Promise]]:
    """An endpoint's choices; a function, so that a new event needs no migration."""
    return list(EVENTS.items())


FIRST_CHOICE = [
    *(event_name(kind) for kind in (Kind.CREATED, Kind.ASKED_AGAIN, Kind.ASSIGNED, Kind.STATUS_CHANGED)),
    *OF_LEARNERS,
]
