"""The bodies that create or change a ticket."""

from __future__ import annotations

from rest_framework import serializers

from helpdesk.api.framework.fields import AddressField, NamedChoiceField, NameField, TextField
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.tags import TagField
from helpdesk.api.v1.ticket_serializer import CHOOSABLE, PRIORITIES
from helpdesk.tickets.models.limits import LONGEST_TEXT

MOST_TAGS = 20


class NewLearner(StrictSerializer):
    """The learner who asks, found by their address or created."""

    email = AddressField(help_text="The learner's address.")
    name = NameField(required=False, allow_blank=True, max_length=255, help_text="The learner's name.")


class NewTicket(StrictSerializer):
    """A ticket to create, for a help request that did not come through the button in the course."""

    example = {
        "learner": {"email": "mariana@example.com", "name": "Mariana Ribeiro"},
        "priority": "high",
        "tags": ["acesso"],
        "question": "Onde está o link da aula 3?",
        "note": "Ligou: não consegue entrar na aula 3.",
    }
    learner = NewLearner(help_text="The learner who asks for help.")
    course = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="ID of the course that it is about."
    )
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="The ticket's priority; the default is `normal`.")
    tags = serializers.ListField(
        child=TagField(help_text="A tag."), required=False, max_length=MOST_TAGS, help_text="Tags to add."
    )
    question = TextField(
        required=False, max_length=LONGEST_TEXT, help_text="What the learner wants to know, in their words."
    )
    note = TextField(required=False, max_length=LONGEST_TEXT, help_text="A note that only the team can read.")


class TicketChange(StrictSerializer):
    """The fields to change; the others stay as they are."""

    example = {"status": "pending", "priority": "urgent"}
    status = serializers.ChoiceField(
        CHOOSABLE, required=False, help_text="The new status; `open` reopens a finished ticket."
    )
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="The ticket's priority.")
