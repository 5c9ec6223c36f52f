"""Whose an e-mail is, by the address that it was sent to."""

from __future__ import annotations

from django.conf import settings

from helpdesk.conversations.dispatches import hash_token
from helpdesk.conversations.models import Dispatch, Mailbox
from helpdesk.ui.names import clean_key


def mailbox_of(address: str, kind: Mailbox.Kind) -> Mailbox | None:
    """The mailbox of this kind that takes what is sent to this address; None for an address that is nobody's.

    Behind a plus sign anything may stand. Of an installation's own domain for answers, an address is known by its
    token: its team then has a mailbox there.
    """
    local, _at, domain = clean_key(address).rpartition("@")
    name, _plus, token = local.partition("+")
    if not local:
        return None
    known = Mailbox.objects.filter(kind=kind, is_enabled=True, address__iexact=f"{name}@{domain}").select_related(
        "team"
    )
    found = list(known.order_by("pk")[:2])
    if domain == settings.REPLY_DOMAIN:
        return _of_token(token or local, kind)
    return found[0] if found else None


def _of_token(token: str, kind: Mailbox.Kind) -> Mailbox | None:
    dispatch = Dispatch.objects.filter(reply_token_hash=hash_token(token)).select_related("team").first()
    if dispatch is None:
        return None
    address = f"reply@{settings.REPLY_DOMAIN}"
    mailbox, _is_new = Mailbox.objects.get_or_create(team=dispatch.team, kind=kind, address=address)
    return mailbox if mailbox.is_enabled else None
