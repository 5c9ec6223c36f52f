"""Previews a first reply on a ticket, and simulates it on the latest requests."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework import serializers

from helpdesk.api.framework.problems import Conflict
from helpdesk.conversations.first_reply.preview import preview_on
from helpdesk.conversations.first_reply.simulation import Outcome, newest_tickets, simulate
from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.tickets.models import Ticket


class LookSerializer(serializers.Serializer[Any]):
    """The e-mail that the learner of a ticket would get."""

    ticket = serializers.IntegerField(help_text="The ticket's number.")
    sender = serializers.CharField(help_text="The sender's name and address.")
    subject = serializers.CharField(help_text="The e-mail's subject.")
    text = serializers.CharField(help_text="What the learner would read; in the e-mail each answer is a link.")
    words = serializers.IntegerField(help_text="Number of words, not counting the lessons.")
    unresolved = serializers.ListField(
        child=serializers.CharField(), help_text="Variables without a value; if there are any, nothing would be sent."
    )


class FirstReplyOutcomeSerializer(serializers.Serializer[Any]):
    """How many requests would have had this outcome."""

    count = serializers.IntegerField(help_text="Number of tickets.")
    tickets = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of the newest of these tickets."
    )


class NotSentSerializer(FirstReplyOutcomeSerializer):
    """How many learners would not have been asked, for this reason."""

    reason = serializers.ChoiceField(QuestionRequest.Reason.values, help_text="Why nothing would have been sent.")


class SimulationSerializer(serializers.Serializer[Any]):
    """What the first reply would have done with the requests of the last seven days."""

    requests = serializers.IntegerField(help_text="Number of help requests that were examined.")
    is_complete = serializers.BooleanField(help_text="`false`: there were more, and only the newest were examined.")
    sent = FirstReplyOutcomeSerializer(help_text="The requests whose learner would have been asked.")
    not_sent = NotSentSerializer(many=True, help_text="The other requests by reason, the most frequent first.")


class FirstReplyPreviewSerializer(serializers.Serializer[Any]):
    """A first reply as a learner would get it, and what it would have done in the last seven days."""

    preview = LookSerializer(allow_null=True, help_text="The preview with a ticket; null if there are no tickets yet.")
    simulation = SimulationSerializer(help_text="What the first reply would have done.")


def preview_of(reply: FirstReply, number: int | None) -> dict[str, Any]:
    """The data for FirstReplyPreviewSerializer. Raises Conflict if the ticket is not one of the newest."""
    tickets = newest_tickets(reply)
    chosen = [ticket for ticket in tickets if number in {None, ticket.number}]
    if number is not None and not chosen:
        raise Conflict(_("That is not one of the newest tickets."), "ticket")
    found = simulate(reply)
    return {
        "preview": _look(chosen[0], reply) if chosen else None,
        "simulation": {
            "requests": found.requests,
            "is_complete": not found.is_cut,
            "sent": _outcome(found.sent),
            "not_sent": [{"reason": reason.value, **_outcome(outcome)} for reason, outcome in found.reasons],
        },
    }


def _look(ticket: Ticket, reply: FirstReply) -> dict[str, Any]:
    preview = preview_on(ticket, reply)
    return {
        "ticket": ticket.number,
        "sender": preview.sender,
        "subject": preview.subject,
        "text": render_to_string("conversations/email/first_reply.txt", preview.contents).strip(),
        "words": preview.words,
        "unresolved": preview.unresolved,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"count": outcome.count, "tickets": [ticket.number for ticket in outcome.tickets]}
