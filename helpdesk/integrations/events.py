"""The events that an endpoint can choose: one for each kind of fact in a ticket's history."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.tickets.models import TicketEvent

Kind = TicketEvent.Kind

TEST = "test"  # sent by hand only, to try a receiver


def event_name(kind: str) -> str:
    """The name under which receivers know a kind of fact."""
    return f"ticket.{kind}"


_WORDS: dict[TicketEvent.Kind, Promise] = {
    Kind.CREATED: _("A learner asks for help, or somebody opens a ticket"),
    Kind.ASKED_AGAIN: _("A learner asks again before the first request is finished"),
    Kind.ASSIGNED: _("Somebody becomes responsible"),
    Kind.UNASSIGNED: _("Nobody is responsible any more"),
    Kind.STATUS_CHANGED: _("The status changes, to resolved for example"),
    Kind.REOPENED: _("A finished ticket is taken up again"),
    Kind.PRIORITY_CHANGED: _("The priority changes"),
    Kind.NOTE_ADDED: _("Somebody writes a note; its text is sent along"),
    Kind.TAGGED: _("A tag is put on"),
    Kind.UNTAGGED: _("A tag is taken off"),
    Kind.SNOOZED: _("A ticket is put off until later"),
    Kind.UNSNOOZED: _("A ticket that was put off comes back"),
    Kind.MERGED: _("A ticket is folded into another"),
    Kind.UNMERGED: _("A folded ticket is split off again"),
}
EVENTS: dict[str, Promise] = {event_name(kind): words for kind, words in _WORDS.items()}
FIRST_CHOICE = [event_name(kind) for kind in (Kind.CREATED, Kind.ASKED_AGAIN, Kind.ASSIGNED, Kind.STATUS_CHANGED)]
