"""Finds incoming e-mails on their pages, and reads tickets."""

import re

from django.urls import reverse

from helpdesk.conversations.models import InboundEmail
from tests.conversations.inbound.emails import receive, write_email


def address(name, email):
    """The address of a page or an action for the e-mail."""
    return reverse(name, args=[email.team.slug, email.pk])


def state_of(ticket):
    """The ticket's status, question, time since when it awaits a reply, and topic, as stored."""
    ticket.refresh_from_db()
    return ticket.status, ticket.question, ticket.awaiting_reply_since, ticket.topic


def news(mailbox, number, sender="news@loja.example"):
    """An e-mail that waits for a decision."""
    found = receive(mailbox, write_email(f"Oferta {number}", sender=sender, subject=f"Oferta {number}"))
    assert found.state == InboundEmail.State.HELD
    return found


def listed(client, team, **query):
    """The primary keys of the e-mails on a page of the list."""
    page = client.get(reverse("unfiled", args=[team.slug]), query).text
    return {int(pk) for pk in re.findall(r'class="row-link" href="[^"]*/(\d+)/"', page)}
