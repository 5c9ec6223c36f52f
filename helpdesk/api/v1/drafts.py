"""`/tickets/…/drafts/…`: a person's unfinished reply or note on a ticket, shared with the ticket's page."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import TextField, UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.v1.message_serializers import FileSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.models import Draft
from helpdesk.conversations.writing.drafts import discard_draft, drafts_of, save_draft
from helpdesk.teams.models import User
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models.limits import LONGEST_TEXT


class DraftSerializer(ResourceSerializer):
    """A text that somebody has begun to write."""

    kind = serializers.ChoiceField(
        [kind.value for kind in Draft.KINDS],
        read_only=True,
        help_text="What it will be: a `reply` to the learner, or a `note`.",
    )
    body = serializers.CharField(read_only=True, help_text="The text so far; empty where there are only files.")
    attachments = FileSerializer(many=True, read_only=True, help_text="The files to be sent with it.")
    updated_at = UTCField(read_only=True, help_text="When the draft was last changed.")

    class Meta:
        model = Draft
        fields = ["kind", "body", "attachments", "updated_at"]


class NewDraft(StrictSerializer):
    """The text to keep as the draft."""

    example = {"body": "Oi, {first_name}! Vi que o vídeo"}
    body = TextField(
        max_length=LONGEST_TEXT,
        help_text="The text. A reply may contain variables, which are filled in when it is sent.",
    )


class DraftDetail(TicketView):
    """Your own draft of a reply or a note on a ticket."""

    permissions = dict.fromkeys(["GET", "PUT", "DELETE"], Permission.TICKET_NOTE)

    @operation("get_draft", "Get your draft", response=DraftSerializer)
    def get(self, request: Any, number: int, kind: str) -> Draft:
        """Returns your draft of a `reply` or a `note`. Drafts are personal: a token has those of its creator, an
        operator's token has none.
        """
        return self.get_draft(number, kind)

    @operation("save_draft", "Save your draft", body=NewDraft, response=DraftSerializer)
    def put(self, request: Any, number: int, kind: str) -> Draft:
        """Replaces the text of the draft and keeps its files. The ticket's page shows it the next time it is opened.

        Nothing is sent.
        """
        ticket, person = self.find_ticket(number), self.person(kind)
        if ticket.is_merged:
            raise Conflict(_("This request is merged into another; write on that one."))
        with self.conflicts():
            save_draft(ticket, person, kind, self.body["body"])
        return self.get_draft(number, kind)

    @operation("delete_draft", "Delete your draft", status=204)
    def delete(self, request: Any, number: int, kind: str) -> Response:
        """Deletes the draft and its files."""
        self.get_draft(number, kind)
        discard_draft(self.find_ticket(number), self.person(kind), kind)
        return Response(status=204)

    def get_draft(self, number: int, kind: str) -> Draft:
        """The person's draft; else 404."""
        draft = drafts_of(self.find_ticket(number), self.person(kind)).get(kind)
        if draft is None:
            raise Http404
        return draft

    def person(self, kind: str) -> User:
        """The person whose drafts these are. Raises Http404 for an unknown kind, Conflict for an operator's token."""
        if kind not in Draft.KINDS:
            raise Http404
        token = self.access.token
        person = token.created_by if token else self.access.user
        if person is None:
            raise Conflict(
                _("This token was not created by a person, and a draft belongs to one. Use one from the dashboard.")
            )
        return person
