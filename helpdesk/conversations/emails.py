"""E-mail to learners that is no message of a conversation."""

from __future__ import annotations

from email.utils import formataddr

from django.utils.translation import gettext as _

from helpdesk.conversations.links import link_for
from helpdesk.conversations.models import LearnerLink, SuppressedAddress
from helpdesk.conversations.senders import sender_of
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.names import first_name


def send_new_link(link: LearnerLink) -> None:
    """Write to the learner of this one's ticket, unless their address is suppressed.

    Raises SMTPException or OSError where the mail server does not take it.
    """
    learner, sender = link.ticket.learner, sender_of(link.team)
    if SuppressedAddress.objects.for_team(link.team).filter(address=learner.email).exists():
        return
    name = first_name(learner.name)
    content = Content(
        subject=_("Your request for help"),
        paragraphs=[
            _("Hello, %(name)s!") % {"name": name} if name else _("Hello!"),
            _("Here is a new link to your request for help at %(school)s. It works for 30 days.")
            % {"school": sender.name},
        ],
        button=(_("Open my request"), link_for(link.ticket)),
        closing=[_("If you did not ask for it, ignore this e-mail: nobody else has this link.")],
        team=sender.name,
    )
    email = compose(content, learner.email)
    email.from_email = formataddr((sender.name, sender.address))
    email.send()
