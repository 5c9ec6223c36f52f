"""Addresses that stop one kind of e-mail without logging in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from helpdesk.notifications.models import NotificationKind
from helpdesk.teams.models import Membership

SALT = "notifications.unsubscribe"


def unsubscribe_address(membership: Membership, kind: NotificationKind) -> str:
    """The full address; whoever has it can turn this kind off and on for this member, and nothing else."""
    token = signing.dumps([membership.pk, kind.value], salt=SALT)
    return str(settings.BASE_URL) + reverse("unsubscribe", args=[token])


def read_token(token: str) -> tuple[Membership, NotificationKind] | None:
    """The member and the kind of e-mail that the token is for; None if we did not make it or the member has left."""
    try:
        membership_id, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, UnicodeError):
        return None
    membership = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    return (membership, NotificationKind(kind)) if membership else None
