"""`/inbound-emails/…/reply`: makes a note, which a colleague e-mailed to the learner, count as a reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.v1.inbound_emails import InboundEmailView, WholeEmailSerializer
from helpdesk.conversations.actions.mailed_replies import take_as_note, take_as_reply
from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actor import Actor


class InboundEmailReply(InboundEmailView):
    """A colleague's e-mail, filed as a note, that counts as a reply to the learner."""

    permissions = dict.fromkeys(["PUT", "DELETE"], Permission.TICKET_REPLY)

    @operation(
        "take_inbound_email_as_reply",
        "Mark an inbound e-mail as a reply",
        query=QuerySerializer,
        response=WholeEmailSerializer,
    )
    def put(self, request: Any, pk: int) -> InboundEmail:
        """Only possible for a note that a member who may reply e-mailed to the learner; otherwise you get a 409.

        It then counts as a reply, and the learner can see it. Nothing is sent.
        """
        return self._take(pk, take_as_reply)

    @operation(
        "take_inbound_email_as_note",
        "Mark an inbound e-mail as a note again",
        query=QuerySerializer,
        response=WholeEmailSerializer,
    )
    def delete(self, request: Any, pk: int) -> InboundEmail:
        """Only possible for an e-mail that was marked as a reply; otherwise you get a 409.

        The ticket is restored, unless something else has changed it since.
        """
        return self._take(pk, take_as_note)

    def _take(self, pk: int, take: Callable[[InboundEmail, Actor], InboundEmail]) -> InboundEmail:
        email = self.get_or_404(self.emails(), pk=pk)
        with self.conflicts():
            take(email, self.actor)
        return self.get_or_404(self.emails(), pk=pk)
