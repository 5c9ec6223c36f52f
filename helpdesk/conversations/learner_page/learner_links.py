"""Creates, finds and revokes the links that open a learner's page without an account.

The token is the only secret. Pages neither set nor read cookies, so there is nothing that another site could make a
browser send, or that a browser could block. To forge a POST one would need the token, which opens the page anyway; that
is why its forms have no CSRF token.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from helpdesk.conversations.learner_page.seen_lessons import lesson_code
from helpdesk.conversations.models import LearnerLink
from helpdesk.courses.models import Lesson
from helpdesk.teams.tokens import hash_token
from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Ticket


def link_for(ticket: Ticket, *, topic: str | None = None, lesson: Lesson | None = None) -> str:
    """The full URL of a new link to the learner's page of this ticket, with an optional choice preselected.

    The path is readable, since learners are asked to tap on it: /ajuda/ (“help”), outside the team's pages.
    """
    return address_of(create_link(ticket)[1], topic=topic, lesson=lesson)


def create_link(ticket: Ticket) -> tuple[LearnerLink, str]:
    """Create a link; returns it with its token, which is not stored."""
    token = LearnerLink.new_token()
    link = LearnerLink.objects.create(team_id=ticket.team_id, ticket=ticket, token_hash=hash_token(token))
    return link, token


def first_token_of_email(email_message_id: str) -> str:
    """The token of the link in an e-mail, derived from its Message-ID and our secret key: the same at every attempt."""
    digest = salted_hmac("conversations.link", email_message_id, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def token_of_email(ticket: Ticket, email_message_id: str) -> str:
    """The token of an e-mail's link, which is created if needed; that of a new link if it is revoked or expired."""
    token = first_token_of_email(email_message_id)
    link, _is_new = LearnerLink.objects.get_or_create(
        token_hash=hash_token(token), defaults={"team_id": ticket.team_id, "ticket": ticket}
    )
    return token if link.is_valid else create_link(ticket)[1]


def address_of(
    token: str,
    *,
    topic: str | None = None,
    lesson: Lesson | None = None,
    score: int | None = None,
    needs_help: bool = False,
) -> str:
    """The full URL of the page that this token opens, with an optional choice preselected; nothing is stored."""
    choice = {
        "topic": topic,
        "lesson": lesson_code(lesson.key) if lesson else None,
        "score": score,
        "help": 1 if needs_help else None,
    }
    query = urlencode({name: value for name, value in choice.items() if value})
    address = str(settings.BASE_URL) + reverse("learner_page", args=[token])
    return f"{address}?{query}" if query else address


def find(token: str) -> LearnerLink | None:
    """The link with this token, valid or not, with its ticket; None if there never was one."""
    links = LearnerLink.objects.select_related("team__privacy", "ticket__team", "ticket__learner", "ticket__course")
    return links.filter(token_hash=hash_token(token)).first()


def valid_links() -> QuerySet[LearnerLink]:
    """The links that work now: neither expired nor revoked."""
    return LearnerLink.objects.filter(revoked_at=None, expires_at__gt=timezone.now())


def valid_links_of(ticket: Ticket) -> QuerySet[LearnerLink]:
    """The valid links that lead to this ticket, also via tickets merged into it or continued by it; newest first."""
    leading = _keys_of_leading(ticket)
    return valid_links().filter(team_id=ticket.team_id, ticket__in=leading).order_by("-created_at", "-pk")


def _keys_of_leading(ticket: Ticket) -> set[int]:
    """The primary keys of the tickets whose pages may show this one."""
    found: set[int] = set()
    new = {ticket.pk}
    while new := with_merged(new) - found:
        found |= new
        continued = Ticket.objects.filter(pk__in=new, continues__isnull=False).values_list("continues", flat=True)
        new = {pk for pk in continued if pk}
    return found


def revoke_links(ticket: Ticket, pk: int | None = None) -> int:
    """Revoke all links that lead to this ticket, or only the one with this key; returns how many."""
    links = valid_links_of(ticket)
    return (links.filter(pk=pk) if pk else links).update(revoked_at=timezone.now())
