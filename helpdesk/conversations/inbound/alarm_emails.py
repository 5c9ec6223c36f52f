"""E-mails that tell members that a mailbox cannot be fetched."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.conversations.inbound.health import problem_of, silent_mailboxes
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.isolation import isolated_text


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
