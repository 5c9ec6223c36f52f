"""`/tickets/…/question`: what the learner wants to know."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import TextField
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.tickets.changes import QUESTION
from helpdesk.tickets.models import Topic
from helpdesk.tickets.models.limits import LONGEST_TEXT


class NewQuestion(StrictSerializer):
    """The question: words, a topic, or both."""

    example = {"question": "A planilha abre em branco no celular.", "topic": "download"}
    question = TextField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_TEXT,
        help_text="The question in words; empty if only the topic is known.",
    )
    topic = serializers.ChoiceField(["", *Topic.values], required=False, help_text="The topic; may be empty.")


class Question(TicketView):
    """The learner's question on a ticket."""

    permissions = {"PUT": QUESTION.permission}

    @change_operation("tell_question", "Set the question", body=NewQuestion)
    def put(self, request: Any, number: int) -> Response:
        """Replaces the question that was known. `question_origin` keeps how it first became known."""
        said = self.body.get("question", ""), self.body.get("topic", "")
        return self.change(number, lambda ticket: QUESTION.make(ticket, self.actor, said))
