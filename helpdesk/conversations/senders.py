"""Whom an e-mail to a learner is from, and where an answer to it goes."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.conversations.dispatches import message_domain
from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Message
from helpdesk.ui.names import clean_name, first_name

LONGEST_LOCAL_PART = 64  # source: RFC 5321


@dataclass(frozen=True)
class Sender:
    """The address that e-mail comes from, the name of the school, and what stands below every reply."""

    address: str
    name: str
    signature: str = ""

    def header(self, message: Message) -> str:
        """The From of this message: “Ana, da Escola X”, or the school alone where no person wrote it."""
        is_theirs = message.author_id and message.kind != Message.Kind.AUTOMATIC
        person = clean_name(first_name(message.author_name)) if is_theirs else ""
        name = _("%(person)s, from %(school)s") % {"person": person, "school": self.name} if person else self.name
        return formataddr((name, self.address))


def sender_of(team: Team) -> Sender:
    """The team's own, once its address is verified; until then the installation's address, under the team's name."""
    identity = SenderIdentity.objects.filter(team=team).first()
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if identity is None:
        return Sender(own, clean_name(team.name))
    return Sender(identity.address if identity.verified_at else own, identity.name, identity.signature)


def automatic_headers(team: Team) -> dict[str, str]:
    """By which programs know that no person wrote, and do not answer."""
    return {
        "Auto-Submitted": "auto-generated",
        "Precedence": "auto_reply",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"<{team.slug}.tickets.{message_domain()}>",
    }


def reply_address(team: Team, token: str, sender: Sender) -> str:
    """Where an answer goes that the token makes known: to a mailbox of the team's, or to the installation's domain.

    Empty where neither is there, or the mailbox's own name leaves no room for the token.
    """
    mailboxes = Mailbox.objects.for_team(team).filter(is_enabled=True).order_by("pk")
    addresses = list(mailboxes.values_list("address", flat=True))
    addresses.sort(key=lambda address: address.lower() != sender.address.lower())
    for address in addresses:
        local, _at, domain = address.rpartition("@")
        if len(tagged := f"{local}+{token}") <= LONGEST_LOCAL_PART:
            return f"{tagged}@{domain}"
    return f"{token}@{settings.REPLY_DOMAIN}" if settings.REPLY_DOMAIN else ""
