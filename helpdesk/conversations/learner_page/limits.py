"""Rate limits of learners' pages, by link and IP address, counted in the database for all processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations.models import LearnerLink, PageAttempt
from helpdesk.teams.throttling import taking_turns

Kind = PageAttempt.Kind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_FORGED = 30  # unknown links per IP address and hour; beyond that, only links that pass `is_known` open
MOST_SENT_BY_LINK = 30  # in an hour
MOST_SENT_BY_ADDRESS = 120  # in an hour; a school's computers may share an address
MOST_REQUESTED_BY_TICKET = 3  # new links in a day
MOST_REQUESTED_BY_ADDRESS = 20  # in a day
MOST_REQUESTED_BY_LEARNER = 5  # in a day, for all their tickets


def may_look_up(address: str) -> bool:
    """Whether links that are not `is_known` may be opened from this IP address."""
    return _count(HOUR, MOST_FORGED, kind=Kind.FORGED, address=address) < MOST_FORGED


def is_known(link: LearnerLink, address: str) -> bool:
    """Whether something was sent through this link from this IP address in the last day.

    If so, unknown links that others open from there do not block it.
    """
    return PageAttempt.objects.filter(link=link, address=address, kind=Kind.SENT).exists()


def note_forged(address: str) -> None:
    """Count that a link which never existed was opened from this IP address."""
    PageAttempt.objects.create(kind=Kind.FORGED, address=address)


def may_send(link: LearnerLink, address: str) -> bool:
    """Whether the learner may send something through this link now."""
    return (
        _count(HOUR, MOST_SENT_BY_LINK, kind=Kind.SENT, link=link) < MOST_SENT_BY_LINK
        and _count(HOUR, MOST_SENT_BY_ADDRESS, kind=Kind.SENT, address=address) < MOST_SENT_BY_ADDRESS
    )


@contextmanager
def sending(link: LearnerLink, address: str) -> Iterator[bool]:
    """A transaction for sending something through this link; yields whether that is allowed, and counts it if so."""
    with taking_turns(f"page {address}", f"link {link.pk}"):
        may = may_send(link, address)
        if may:
            PageAttempt.objects.create(kind=Kind.SENT, link=link, address=address)
        yield may


def may_request_link(link: LearnerLink, address: str) -> bool:
    """Whether a new link may be sent to this link's learner now; counts it if so."""
    with taking_turns(f"page {address}", f"ticket {link.ticket_id}"):
        may = (
            _count(DAY, MOST_REQUESTED_BY_TICKET, kind=Kind.LINK_REQUESTED, link__ticket=link.ticket_id)
            < MOST_REQUESTED_BY_TICKET
            and _count(
                DAY, MOST_REQUESTED_BY_LEARNER, kind=Kind.LINK_REQUESTED, link__ticket__learner=link.ticket.learner_id
            )
            < MOST_REQUESTED_BY_LEARNER
            and _count(DAY, MOST_REQUESTED_BY_ADDRESS, kind=Kind.LINK_REQUESTED, address=address)
            < MOST_REQUESTED_BY_ADDRESS
        )
        if may:
            PageAttempt.objects.create(kind=Kind.LINK_REQUESTED, link=link, address=address)
    return may


def forget_attempts() -> None:
    """Delete attempts that are too old for any limit."""
    PageAttempt.objects.filter(created_at__lt=timezone.now() - DAY).delete()


def _count(within: timedelta, most: int, **what: object) -> int:
    attempts = PageAttempt.objects.filter(created_at__gt=timezone.now() - within, **what)
    return attempts[:most].count()
