"""E-mails with a new link to their page, which learners ask for when the one that they have is over."""

from __future__ import annotations

from email.utils import formataddr

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from helpdesk.conversations.actions.colleague_emails import note_from_email
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.reply_checks import recipient_of
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.conversations.models import LearnerLink
from helpdesk.conversations.sending.dispatches import link_message_id, root_id, subject_of
from helpdesk.conversations.sending.senders import automatic_headers, reply_address, sender_of
from helpdesk.conversations.sending.ticket_tokens import TicketToken
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.names import first_name


def enqueue_new_link(link: LearnerLink, language: str) -> None:
    """Have a worker e-mail a new link to this link's learner, in this language."""
    app.configure_task("conversations.send_new_link").defer(link_id=link.pk, language=language)


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
