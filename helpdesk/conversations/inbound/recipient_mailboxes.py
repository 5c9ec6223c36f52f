"""Finds the mailbox for an e-mail by the address that it was sent to."""

from __future__ import annotations

from django.conf import settings

from helpdesk.conversations.models import Dispatch, Mailbox
from helpdesk.conversations.sending.dispatches import hash_reply_token
from helpdesk.conversations.sending.ticket_tokens import read_ticket_token
from helpdesk.tickets.models import Ticket
from helpdesk.ui.cleaning import clean_key

MOST_MAILBOXES = 50  # of one domain that are looked at


def without_token(address: str) -> str:
    """The address in lower case, without a plus sign and the text after it."""
    local, _at, domain = clean_key(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def mailbox_of(address: str, kind: Mailbox.Kind) -> Mailbox | None:
    """The enabled mailbox of this kind that receives e-mail to this address; None if there is none.

    A plus sign and anything after it are ignored. At the installation's own domain for replies (REPLY_DOMAIN) the token
    in the address identifies the team, whose mailbox there is created if necessary.
    """
    local, _at, domain = clean_key(address).rpartition("@")
    token = local.partition("+")[2]
    if not local:
        return None
    known = Mailbox.objects.filter(kind=kind, is_enabled=True, address__iexact=without_token(address))
    known = known.select_related("team")
    found = list(known.order_by("pk")[:2])
    if domain == settings.REPLY_DOMAIN:
        return _of_token(token or local, kind)
    return found[0] if found else None


def mailbox_at_domain(address: str, kind: Mailbox.Kind) -> Mailbox | None:
    """A mailbox at the domain of this unknown address, if all mailboxes there belong to one team; otherwise None."""
    domain = clean_key(address).rpartition("@")[2]
    if not domain or domain == settings.REPLY_DOMAIN:
        return None
    there = Mailbox.objects.filter(kind=kind, is_enabled=True, address__iendswith=f"@{domain}").select_related("team")
    found = list(there.order_by("team", "pk")[:MOST_MAILBOXES])
    return found[0] if len({mailbox.team_id for mailbox in found}) == 1 else None


def _of_token(token: str, kind: Mailbox.Kind) -> Mailbox | None:
    known: Dispatch | Ticket | None = Dispatch.objects.filter(reply_token_hash=hash_reply_token(token)).first()
    if known is None and (read := read_ticket_token(token)):
        known = Ticket.objects.filter(pk=read.ticket).first()
    if known is None:
        return None
    address = f"reply@{settings.REPLY_DOMAIN}"
    mailbox, _is_new = Mailbox.objects.get_or_create(team_id=known.team_id, kind=kind, address=address)
    return mailbox if mailbox.is_enabled else None
