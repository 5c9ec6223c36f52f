"""All changes that people and rules make to tickets; `conversations/actions/` has those that messages cause.

An action takes the ticket and an explicit actor, locks, returns at once if there is nothing to do, writes, and records
a TicketEvent, all in one transaction. If it is not allowed, it raises ActionRefused with a message for the person.
"""

from helpdesk.tickets.actions.assignment import assign_ticket, take_ticket, unassign_ineligible_assignees
from helpdesk.tickets.actions.lessons import place_in_lessons
from helpdesk.tickets.actions.merging import merge_ticket
from helpdesk.tickets.actions.notes import add_note
from helpdesk.tickets.actions.opening import open_ticket
from helpdesk.tickets.actions.opening_by_hand import open_ticket_by_hand
from helpdesk.tickets.actions.priority import change_priority
from helpdesk.tickets.actions.questions import change_question, choose_topic
from helpdesk.tickets.actions.snooze import snooze_ticket, unsnooze_ticket
from helpdesk.tickets.actions.status import change_status, reopen_ticket, resolve_ticket
from helpdesk.tickets.actions.tags import add_tag, remove_tag
from helpdesk.tickets.actions.team_tags import TagExists, change_tag, delete_tag, merge_tags
from helpdesk.tickets.actions.unmerging import unmerge_ticket
from helpdesk.tickets.actions.versions import TicketChanged, require_version
from helpdesk.ui.refusals import ActionRefused

__all__ = [
    "ActionRefused",
    "TagExists",
    "TicketChanged",
    "add_note",
    "add_tag",
    "assign_ticket",
    "change_priority",
    "change_question",
    "change_status",
    "change_tag",
    "choose_topic",
    "delete_tag",
    "merge_tags",
    "merge_ticket",
    "open_ticket",
    "open_ticket_by_hand",
    "place_in_lessons",
    "remove_tag",
    "reopen_ticket",
    "require_version",
    "resolve_ticket",
    "snooze_ticket",
    "take_ticket",
    "unassign_ineligible_assignees",
    "unmerge_ticket",
    "unsnooze_ticket",
]
