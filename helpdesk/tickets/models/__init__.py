"""Tickets and what belongs to them: history, messages, tags."""

from helpdesk.tickets.models.event import TicketEvent
from helpdesk.tickets.models.inbox_order import INBOX_ORDER
from helpdesk.tickets.models.message import Message
from helpdesk.tickets.models.score import Score
from helpdesk.tickets.models.tag import Tag
from helpdesk.tickets.models.ticket import Ticket
from helpdesk.tickets.models.topic import QuestionOrigin, Topic
from helpdesk.tickets.models.workflow import (
    CHOOSABLE_STATUSES,
    DONE_STATUSES,
    NEXT_STATUSES,
    OPEN_STATUSES,
    PAUSED_STATUSES,
    UNFINISHED_STATUSES,
    Priority,
    Status,
    Urgency,
)

__all__ = [
    "CHOOSABLE_STATUSES",
    "DONE_STATUSES",
    "INBOX_ORDER",
    "NEXT_STATUSES",
    "OPEN_STATUSES",
    "PAUSED_STATUSES",
    "UNFINISHED_STATUSES",
    "Message",
    "Priority",
    "QuestionOrigin",
    "Score",
    "Status",
    "Tag",
    "Ticket",
    "TicketEvent",
    "Topic",
    "Urgency",
]
