"""Whom an e-mail to a learner is from, and where an answer to it goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.conversations.dispatches import message_domain
from helpdesk.conversations.mailbox_tags import tagged_address, takes_tags
from helpdesk.conversations.models import FirstReply, Mailbox, QuestionRequest, SenderIdentity
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Message
from helpdesk.ui.names import clean_name, first_name


@dataclass(frozen=True)
class Sender:
    """The address that e-mail comes from, the name of the school, and what stands below every reply."""

    address: str
    name: str
    signature: str = ""

    def name_with(self, person: str) -> str:
        """“Ana, da Escola X”, or the school alone where there is no first name."""
        return _("%(person)s, from %(school)s") % {"person": person, "school": self.name} if person else self.name

    def header(self, message: Message, question_request: QuestionRequest | None) -> str:
        """The From of this message, by whoever wrote it, or stands for the first reply that asks."""
        person = question_request.sender_first_name if question_request else ""
        if message.author_id:
            person = first_name(message.author_name)
        return formataddr((self.name_with(person), self.address))


def person_behind(reply: FirstReply | None) -> str:
    """The first name that learners read as the sender of a first reply: of whoever changed it last.

    Empty where that was a program, or somebody who has left.
    """
    person = reply.updated_by if reply else None
    if reply is None or person is None or not person.memberships.filter(team=reply.team_id).exists():
        return ""
    return first_name(person.name)


def sender_of(team: Team) -> Sender:
    """The team's own, once its address is verified; until then the installation's address, under the team's name."""
    identity = SenderIdentity.objects.filter(team=team).first()
    own = installation_address()
    if identity is None:
        return Sender(own, clean_name(team.name))
    return Sender(identity.address if identity.verified_at else own, identity.name, identity.signature)


def installation_address() -> str:
    """What teams write from that have no address of their own."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def automatic_headers(team: Team) -> dict[str, str]:
    """By which programs know that no person wrote, and do not answer."""
    return {
        "Auto-Submitted": "auto-generated",
        "Precedence": "auto_reply",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"<{team.slug}.tickets.{message_domain()}>",
    }


def reply_address(team: Team, token: str, sender: Sender) -> str:
    """Where an answer goes: to an address that the token makes known, else to a mailbox of the team's as it is.

    A token stands in a mailbox's address only where that is known to arrive: else its provider would refuse each
    answer, and nobody here would see it. What comes to the mailbox without one is known by the messages that it names.
    Empty where there is no mailbox, and no domain of the installation's for answers.
    """
    mailboxes = Mailbox.objects.for_team(team).filter(is_enabled=True).order_by("pk")
    return answer_address(mailboxes, token, sender.address)


def answer_address(enabled: Iterable[Mailbox], token: str, sender_address: str) -> str:
    """The address to which an answer with this token comes, by a team's mailboxes that are on; see `reply_address`."""
    mailboxes = sorted(enabled, key=lambda mailbox: mailbox.address.lower() != sender_address.lower())
    for mailbox in mailboxes:
        if takes_tags(mailbox) and (tagged := tagged_address(mailbox, token)):
            return tagged
    if settings.REPLY_DOMAIN:
        return f"{token}@{settings.REPLY_DOMAIN}"
    return mailboxes[0].address if mailboxes else ""
