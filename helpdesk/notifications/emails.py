"""The e-mails about tickets."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.conversations.sending.senders import reply_address, sender_of
from helpdesk.conversations.sending.ticket_tokens import TicketToken
from helpdesk.notifications.excerpts import excerpts_for
from helpdesk.notifications.models import NotificationKind
from helpdesk.notifications.unsubscribe_tokens import unsubscribe_address
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets.learner_context import contexts_of
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.sentences import actor_label, people_in
from helpdesk.ui.emails import render_email
from helpdesk.ui.isolation import isolated_text, plain

LISTED = 20


def send_digest(membership_id: int, kind: NotificationKind, ticket_ids: list[int]) -> None:
    """E-mail a member about these tickets, in their language and time zone, if they still want it.

    Raises SMTPException or OSError if the mail server does not accept it.
    """
    membership = (
        Membership.objects.select_related("team", "user")
        .filter(pk=membership_id, user__is_active=True, **{kind.field: True})
        .first()
    )
    if membership is None:
        return
    with localized_for(membership):
        email = _email_of(membership, kind, ticket_ids)
    if email:
        email.send()


def _email_of(membership: Membership, kind: NotificationKind, ticket_ids: list[int]) -> EmailMultiAlternatives | None:
    team = membership.team
    tickets = list(
        Ticket.objects.for_team(team)
        .filter(pk__in=ticket_ids[:LISTED])
        .select_related("learner", "course")
        .order_by("pk")
    )
    if not tickets:
        return None
    contexts = contexts_of(tickets)
    by = _assigned_by(team, tickets) if kind == NotificationKind.ASSIGNED else {}
    words = excerpts_for(membership, kind, tickets)
    unsubscribe = unsubscribe_address(membership, kind)
    heading = _heading(kind, tickets[0], len(ticket_ids))
    addresses = {ticket.pk: reverse("ticket", args=[team.slug, ticket.number]) for ticket in tickets}
    addresses |= {pk: said.address for pk, said in words.items()}
    context = {
        "subject": heading if len(ticket_ids) == 1 else f"{heading} · {team.name}",
        "heading": heading,
        "team": team.name,
        "membership": membership,
        "kind": kind,
        "rows": [
            {
                "ticket": ticket,
                "address": settings.BASE_URL + addresses[ticket.pk],
                "sentence": contexts[ticket.pk].sentence,
                "plain_sentence": plain(contexts[ticket.pk].sentence),
                "by": by.get(ticket.pk, ""),
                "words": words.get(ticket.pk),
            }
            for ticket in tickets
        ],
        "more": len(ticket_ids) - len(tickets),
        "inbox": settings.BASE_URL + reverse("inbox", args=[team.slug]),
        "account": settings.BASE_URL + reverse("account"),
        "unsubscribe": unsubscribe,
    }
    # For the mail program's own unsubscribe button (RFC 8058).
    headers = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if words and kind == NotificationKind.MENTIONED and len(ticket_ids) == 1:
        answers_go_to = reply_address(team, str(TicketToken(tickets[0].pk, membership.pk)), sender_of(team))
        context["takes_answers"] = bool(answers_go_to)
        headers |= {"References": root_id(tickets[0])} | ({"Reply-To": answers_go_to} if answers_go_to else {})
    return render_email("notifications/email/digest", context, membership.user.email, headers)


def _heading(kind: NotificationKind, ticket: Ticket, count: int) -> str:
    if count > 1:
        several = {
            NotificationKind.NEW_REQUEST: ngettext("%(count)d new request", "%(count)d new requests", count),
            NotificationKind.ASSIGNED: ngettext(
                "%(count)d request is now yours", "%(count)d requests are now yours", count
            ),
            NotificationKind.ASKED_AGAIN: ngettext(
                "%(count)d of your learners asked again", "%(count)d of your learners asked again", count
            ),
            NotificationKind.MENTIONED: ngettext(
                "Notes on %(count)d ticket mention you", "Notes on %(count)d tickets mention you", count
            ),
            NotificationKind.LEARNER_WROTE: ngettext(
                "%(count)d of your learners wrote back", "%(count)d of your learners wrote back", count
            ),
            NotificationKind.SENDING_FAILED: ngettext(
                "E-mails on %(count)d ticket were not delivered",
                "E-mails on %(count)d tickets were not delivered",
                count,
            ),
        }
        return several[kind] % {"count": count}
    of_one = {
        NotificationKind.NEW_REQUEST: _("%(learner)s asked for help in %(course)s"),
        NotificationKind.ASSIGNED: _("Now yours: %(learner)s, %(course)s"),
        NotificationKind.ASKED_AGAIN: _("%(learner)s asked again in %(course)s"),
        NotificationKind.MENTIONED: _("A note mentions you: %(learner)s, %(course)s"),
        NotificationKind.LEARNER_WROTE: _("%(learner)s wrote back, %(course)s"),
        NotificationKind.SENDING_FAILED: _("Not delivered to %(learner)s, %(course)s"),
    }
    names = {"learner": isolated_text(ticket.learner), "course": isolated_text(ticket.course or _("no course"))}
    return " ".join(f"#{ticket.number} {of_one[kind] % names}".split())


def _assigned_by(team: Team, tickets: list[Ticket]) -> dict[int, str]:
    """Who last assigned each ticket, by the ticket's primary key."""
    events = list(
        TicketEvent.objects.filter(ticket__in=tickets, kind=TicketEvent.Kind.ASSIGNED)
        .order_by("ticket", "-version", "-pk")
        .distinct("ticket")
    )
    people = people_in(team, events)
    return {event.ticket_id: actor_label(event, people) for event in events}
