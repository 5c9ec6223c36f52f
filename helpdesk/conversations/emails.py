"""E-mail to learners that is no message of a conversation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.links import link_for
from helpdesk.conversations.models import LearnerLink, SuppressedAddress
from helpdesk.conversations.page import first_word, school_name
from helpdesk.ui.emails import Content, compose


def send_new_link(link: LearnerLink) -> None:
    """Write to the learner of this one's ticket, unless their address is suppressed.

    Raises SMTPException or OSError where the mail server does not take it.
    """
    learner, school = link.ticket.learner, school_name(link.team)
    if SuppressedAddress.objects.for_team(link.team).filter(address=learner.email).exists():
        return
    name = first_word(learner.name)
    content = Content(
        subject=_("Your request for help"),
        paragraphs=[
            _("Hello, %(name)s!") % {"name": name} if name else _("Hello!"),
            _("Here is a new link to your request for help at %(school)s. It works for 30 days.") % {"school": school},
        ],
        button=(_("Open my request"), link_for(link.ticket)),
        closing=[_("If you did not ask for it, ignore this e-mail: nobody else has this link.")],
        team=school,
    )
    compose(content, learner.email).send()
