"""E-mails outside a conversation's messages: new links to learners, and mailbox alarms to members."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.colleague_emails import note_from_email
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.reply_checks import recipient_of
from helpdesk.conversations.inbound.health import problem_of, silent_mailboxes
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.conversations.models import LearnerLink
from helpdesk.conversations.sending.dispatches import link_message_id, root_id, subject_of
from helpdesk.conversations.sending.senders import automatic_headers, reply_address, sender_of
from helpdesk.conversations.sending.ticket_tokens import TicketToken
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.names import first_name, isolated_text


def send_new_link(link: LearnerLink) -> None:
    """E-mail a new link to the ticket's learner; if they cannot be e-mailed, note the reason on the ticket.

    It belongs to the ticket's thread, and replies to it reach the ticket. Raises OSError, such as SMTPException, or
    AnymailError if the mail server does not accept it.
    """
    try:
        recipient = recipient_of(link.ticket)
    except ActionRefused as refused:
        note_unsent_link(link.ticket, str(refused))
        return
    ticket = link.ticket
    name, sender = first_name(ticket.learner.name), sender_of(link.team)
    content = Content(
        subject=subject_of(ticket, get_language() or ""),
        heading=_("Your request for help"),
        paragraphs=[
            _("Hello, %(name)s!") % {"name": isolated_text(name)} if name else _("Hello!"),
            _("Here is a new link to your request for help at %(school)s. It works for 30 days.")
            % {"school": isolated_text(sender.name)},
        ],
        button=(_("Open my request"), link_for(ticket)),
        closing=[_("If you did not ask for it, ignore this e-mail: nobody else has this link.")],
        team=sender.name,
    )
    headers = automatic_headers(link.team) | {"References": root_id(ticket), "In-Reply-To": root_id(ticket)}
    headers["Message-ID"] = link_message_id(ticket)
    if answers_go_to := reply_address(link.team, str(TicketToken(ticket.pk)), sender):
        headers["Reply-To"] = answers_go_to
    email = compose(content, recipient, headers)
    email.from_email = formataddr((sender.name, sender.address))
    email.send()


def note_unsent_link(ticket: Ticket, reason: str) -> None:
    """Tell the team, on the ticket, that its learner asked for a new link but did not get it."""
    with in_installation_language():
        text = _("The learner asked for a new link to their page, and the e-mail with it could not be sent: %(reason)s")
        incoming = IncomingMessage(text % {"reason": reason}, Message.Channel.EMAIL)
        note_from_email(ticket, Actor.system(), incoming)


def send_mailbox_alarm(mailbox_id: int, membership_id: int) -> None:
    """Tell a member, in their language, that a mailbox cannot be fetched, unless it works again.

    Raises OSError, such as SMTPException, or AnymailError if the mail server does not accept it.
    """
    membership = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    mailbox = membership and silent_mailboxes().filter(pk=mailbox_id, team=membership.team).first()
    if not (membership and mailbox):
        return
    with localized_for(membership):
        team = {"team": isolated_text(membership.team)}
        content = Content(
            subject=_("No e-mail is coming in · %(team)s") % team,
            heading=_("No e-mail is coming in"),
            paragraphs=[
                problem_of(mailbox),
                _("What learners write stays in the mailbox, and is fetched once it can be opened again."),
            ],
            button=(
                _("View the mailbox"),
                settings.BASE_URL + reverse("mailbox", args=[membership.team.slug, mailbox.pk]),
            ),
            closing=[_("You get this e-mail once per problem.")],
            team=membership.team.name,
        )
        compose(content, membership.user.email).send()
