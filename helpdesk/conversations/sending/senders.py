"""The senders of e-mail to learners, and the addresses for replies to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.conversations.models import FirstReply, Mailbox, QuestionRequest, SenderIdentity
from helpdesk.conversations.sending.dispatches import message_domain
from helpdesk.conversations.sending.mailbox_tags import tagged_address, takes_tags
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Message
from helpdesk.ui.cleaning import clean_name
from helpdesk.ui.names import first_name


@dataclass(frozen=True)
class Sender:
    """The address that e-mail comes from, the school's name, and the signature below every reply."""

    address: str
    name: str
    signature: str = ""

    def name_with(self, person: str) -> str:
        """“Ana, from Escola X”, or only the school if there is no first name."""
        return _("%(person)s, from %(school)s") % {"person": person, "school": self.name} if person else self.name

    def header(self, message: Message, question_request: QuestionRequest | None) -> str:
        """The From header of this message, with the first name of its author, or of the first reply's."""
        person = question_request.sender_first_name if question_request else ""
        if message.author_id:
            person = first_name(message.author_name)
        return formataddr((self.name_with(person), self.address))


def person_behind(reply: FirstReply | None) -> str:
    """The first name in the sender of a first reply: that of the member who last changed it.

    Empty if that was a program, or somebody who has left the team.
    """
    person = reply.updated_by if reply else None
    if reply is None or person is None or not person.memberships.filter(team=reply.team_id).exists():
        return ""
    return first_name(person.name)


def sender_of(team: Team) -> Sender:
    """The team's own sender once its address is verified; until then, its name with the installation's address."""
    identity = SenderIdentity.objects.filter(team=team).first()
    own = installation_address()
    if identity is None:
        return Sender(own, clean_name(team.name))
    return Sender(identity.address if identity.verified_at else own, identity.name, identity.signature)


def installation_address() -> str:
    """The sender's address for teams without a verified one of their own."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def automatic_headers(team: Team) -> dict[str, str]:
    """Headers that tell programs that no person wrote, so that they do not answer."""
    return {
        "Auto-Submitted": "auto-generated",
        "Precedence": "auto_reply",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"<{team.slug}.tickets.{message_domain()}>",
    }


def reply_address(team: Team, token: str, sender: Sender) -> str:
    """The address for replies: one that contains the token if possible, else a mailbox of the team.

    A mailbox's address gets a token only if tags are known to arrive: otherwise its provider would reject every reply,
    unseen by us. Replies without a token are matched by the Message-IDs in their headers. Empty if there is neither a
    mailbox nor a REPLY_DOMAIN.
    """
    mailboxes = Mailbox.objects.for_team(team).filter(is_enabled=True).order_by("pk")
    return answer_address(mailboxes, token, sender.address)


def answer_address(enabled: Iterable[Mailbox], token: str, sender_address: str) -> str:
    """The address for replies with this token, given a team's enabled mailboxes; see `reply_address`."""
    mailboxes = sorted(enabled, key=lambda mailbox: mailbox.address.lower() != sender_address.lower())
    for mailbox in mailboxes:
        if takes_tags(mailbox) and (tagged := tagged_address(mailbox, token)):
            return tagged
    if settings.REPLY_DOMAIN:
        return f"{token}@{settings.REPLY_DOMAIN}"
    return mailboxes[0].address if mailboxes else ""
