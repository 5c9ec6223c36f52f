"""The texts of push notifications: who asks, in which course and lesson; a tap opens the ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from helpdesk.notifications.excerpts import Excerpt, excerpts_for
from helpdesk.notifications.models import NotificationKind
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Ticket
from helpdesk.ui.isolation import isolated_text

Kind = NotificationKind

URGENT = {Kind.ASSIGNED, Kind.MENTIONED, Kind.LEARNER_WROTE, Kind.SENDING_FAILED}
APART = 3  # tickets that get a notification each; more are summed up in one
NAME_SHOWN = 60  # characters
TITLE_SHOWN = 80  # characters, of a course or a lesson


@dataclass(frozen=True)
class PushMessage:
    """One notification. A device shows only the newest with the same `tag`."""

    title: str
    body: str
    tag: str
    address: str
    is_urgent: bool = False

    @property
    def payload(self) -> bytes:
        """JSON for the browser's service worker (static/service-worker.js): at most 1 KB of the 4 KB allowed."""
        said = {"title": self.title, "body": self.body, "tag": self.tag, "address": self.address}
        return json.dumps(said | {"language": get_language()}, ensure_ascii=False).encode()

    @property
    def topic(self) -> str:
        """A hash of the tag, so that a push service keeps only the newest while a device is off, but learns nothing."""
        return salted_hmac("notifications.push.topic", self.tag, algorithm="sha256").hexdigest()[:32]


def test_message() -> PushMessage:
    """A notification that only shows that they work, in the active language."""
    title, body = _("Notifications work"), _("This is how you will be notified about requests.")
    return PushMessage(title, body, tag="test", address=f"{reverse('account')}#push", is_urgent=True)


def messages_for(membership: Membership, kind: NotificationKind, ticket_ids: list[int]) -> list[PushMessage]:
    """The notifications, in the active language: one per ticket that still exists, or one for more than APART."""
    tickets = Ticket.objects.for_team(membership.team).filter(pk__in=ticket_ids)
    if len(ticket_ids) > APART and (count := tickets.count()) > APART:
        return [_of_many(membership, kind, count)]
    found = list(tickets.select_related("learner", "course", "lesson"))
    words = excerpts_for(membership, kind, found)
    return [_of_one(membership, kind, ticket, words.get(ticket.pk)) for ticket in found]


def _of_one(
    membership: Membership, kind: NotificationKind, ticket: Ticket, words: Excerpt | None = None
) -> PushMessage:
    titles = {
        Kind.NEW_REQUEST: _("%(learner)s asked for help"),
        Kind.ASSIGNED: _("Now yours: %(learner)s"),
        Kind.ASKED_AGAIN: _("%(learner)s asked again"),
        Kind.MENTIONED: _("%(author)s mentioned you") if words else _("A note mentions you"),
        Kind.LEARNER_WROTE: _("%(learner)s wrote back"),
        Kind.SENDING_FAILED: _("Not delivered to %(learner)s"),
    }
    where = [ticket.learner, ticket.course] if kind == Kind.MENTIONED else [ticket.course, ticket.lesson]
    slug = membership.team.slug
    return PushMessage(
        title=titles[kind]
        % {
            "learner": isolated_text(Truncator(ticket.learner).chars(NAME_SHOWN)),
            "author": isolated_text(Truncator(words.author if words else "").chars(NAME_SHOWN)),
        },
        body=" · ".join(isolated_text(Truncator(each).chars(TITLE_SHOWN)) for each in where if each),
        tag=f"{slug}-{ticket.number}",
        address=words.address if words else reverse("ticket", args=[slug, ticket.number]),
        is_urgent=kind in URGENT,
    )


def _of_many(membership: Membership, kind: NotificationKind, count: int) -> PushMessage:
    titles = {
        Kind.NEW_REQUEST: ngettext("%(count)d new request", "%(count)d new requests", count),
        Kind.ASSIGNED: ngettext("%(count)d request is now yours", "%(count)d requests are now yours", count),
        Kind.ASKED_AGAIN: ngettext(
            "%(count)d of your learners asked again", "%(count)d of your learners asked again", count
        ),
        Kind.MENTIONED: ngettext(
            "Notes on %(count)d ticket mention you", "Notes on %(count)d tickets mention you", count
        ),
        Kind.LEARNER_WROTE: ngettext(
            "%(count)d of your learners wrote back", "%(count)d of your learners wrote back", count
        ),
        Kind.SENDING_FAILED: ngettext(
            "E-mails on %(count)d ticket were not delivered", "E-mails on %(count)d tickets were not delivered", count
        ),
    }
    inbox = reverse("inbox", args=[membership.team.slug])
    return PushMessage(
        title=titles[kind] % {"count": count},
        body=isolated_text(membership.team),
        tag=f"{membership.team.slug}-{kind}",
        address=f"{inbox}?assignee=me" if kind in {Kind.ASSIGNED, Kind.ASKED_AGAIN} else inbox,
    )
