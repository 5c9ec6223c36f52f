"""Checks whether a reply can be sent: its recipient, its text, and the files that the writer attached."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from helpdesk.conversations.files.attachments import check_files_of_reply
from helpdesk.conversations.models import Attachment, SuppressedAddress
from helpdesk.conversations.writing.variables import VARIABLES, unresolved_in
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.email_addresses import is_address, is_mailable, is_nobodys
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused


def recipient_of(ticket: Ticket, *, may_be_suppressed: bool = True) -> str:
    """The address that a reply goes to. Raises ActionRefused if no e-mail can be sent to the learner.

    Pass `may_be_suppressed=False` to skip the query if the address is known not to be suppressed.
    """
    address = clean_key(ticket.learner.email)
    if not is_address(address):
        raise ActionRefused(_("This learner has no e-mail address to write to."))
    if is_nobodys(address):
        raise ActionRefused(
            _("%(address)s cannot be anyone’s address, so no e-mail is sent to it.") % {"address": address}
        )
    if not is_mailable(address):
        raise ActionRefused(
            _("No e-mail can be sent to %(address)s: it is not a valid address.") % {"address": address}
        )
    suppressed = SuppressedAddress.objects.filter(team=ticket.team_id, address=address) if may_be_suppressed else ()
    for found in suppressed:
        raise ActionRefused(
            _(
                "E-mail to %(address)s is stopped: %(reason)s. An owner or manager of the team can correct the "
                "address under Privacy on the learner’s page, or allow it again under Team, E-mail to learners."
            )
            % {"address": address, "reason": found.get_reason_display()}
        )
    return address


def check_text(body: str, attachments: Sequence[Attachment]) -> None:
    """Raises ActionRefused if the reply is empty or too long, or contains a variable that was not filled in."""
    if not body and not attachments:
        raise ActionRefused(_("Write something first."))
    if len(body) > LONGEST_TEXT:
        raise ActionRefused(_("A reply can have at most 20,000 characters."))
    unresolved = unresolved_in(body)
    if unknown := [name for name in unresolved if name.strip("{}") not in VARIABLES]:
        raise ActionRefused(
            _("There is no variable %(variables)s. To send it as is, put it in backticks: `%(first)s`.")
            % {"variables": ", ".join(unknown), "first": unknown[0]}
        )
    if unresolved:
        raise ActionRefused(
            _("%(variables)s could not be filled in for this learner. Fill it in yourself, or remove it.")
            % {"variables": ", ".join(unresolved)}
        )


def check_attachments(ticket: Ticket, actor: Actor, attachments: Sequence[Attachment]) -> None:
    """Raises ActionRefused if a file is not the writer's own for this ticket, or all are too large for one e-mail."""
    for file in attachments:
        is_theirs = file.ticket_id == ticket.pk and file.message_id is None and file.uploaded_by == actor.user
        if not is_theirs:
            name = {"name": isolated_text(file.name)}
            raise ActionRefused(_("“%(name)s” cannot be sent here. Attach it again.") % name)
    check_files_of_reply(attachments)
