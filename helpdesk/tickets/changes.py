"""The registry of changes that people can make to tickets: for each its permission, form, action and texts.

Menus, the command palette, bulk changes and undo loop over it; the admin, the ticket's header and the API's endpoints
refer to single changes. Each of them decides how a change looks there.
"""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets import change_texts as texts
from helpdesk.tickets import change_values as values
from helpdesk.tickets.actions.assignment import restore_assignee
from helpdesk.tickets.actions.inheritance import QUESTION_ATTRIBUTES
from helpdesk.tickets.actions.merging import merge_again
from helpdesk.tickets.actions.priority import restore_priority
from helpdesk.tickets.actions.question_undo import restore_question
from helpdesk.tickets.actions.snooze import restore_snooze
from helpdesk.tickets.actions.status import TIMES, restore_status
from helpdesk.tickets.actions.tags import restore_tags
from helpdesk.tickets.actions.unmerging import split_off_again
from helpdesk.tickets.change_base import Change, ReversibleChange
from helpdesk.tickets.facts import EventKind, kinds_about
from helpdesk.tickets.forms import (
    AssignmentForm,
    NewTagForm,
    QuestionForm,
    SnoozeForm,
    TeamRowField,
    TeamTagForm,
    form_of,
)
from helpdesk.tickets.models import DONE_STATUSES, Priority, Status, Topic
from helpdesk.ui.isolation import isolated_text

REPLYING = [EventKind.REPLIED, EventKind.REPLY_CANCELLED, EventKind.EMAIL_TAKEN_OUT]
MERGING = kinds_about(["merged_tickets"])  # tickets inherit waits and the question from merged ones
QUESTION_EVENTS = dict.fromkeys(QUESTION_ATTRIBUTES, (EventKind.QUESTION_KNOWN, *MERGING))

STATUS = ReversibleChange(
    name="status",
    label=gettext_lazy("Status"),
    permission=Permission.TICKET_CHANGE,
    form=form_of(status=forms.ChoiceField(label=gettext_lazy("Status"), choices=Status)),
    action=actions.change_status,
    attributes=frozenset({"status", "resolved_at"}),
    describe=texts.describe_status,
    beside=frozenset(TIMES),
    event_kinds={
        "resolved_at": kinds_about(["status"]),
        "first_responded_at": REPLYING,
        "awaiting_reply_since": [*REPLYING, EventKind.LEARNER_WROTE, *MERGING],
        "sending_failed_at": [*REPLYING, EventKind.SENDING_FAILED, *MERGING, *kinds_about(["status"])],
    },
    restore=restore_status,
    summarize=texts.summarize_status,
    choices=values.status_choices,
    current=values.current_status,
    icon="half",
    is_in_menus=True,
    is_done_with=lambda status: status in DONE_STATUSES,
)
ASSIGNEE = ReversibleChange(
    name="assignee",
    label=gettext_lazy("Assignee"),
    description="The member who is responsible; null for nobody.",
    permission=Permission.TICKET_ASSIGN,
    form=AssignmentForm,
    action=actions.assign_ticket,
    attributes=frozenset({"assignee_id"}),
    describe=texts.describe_assignee,
    store=values.store_person,
    load=values.load_person,
    restore=restore_assignee,
    summarize=texts.summarize_assignee,
    find=values.find_person,
    choices=values.people_choices,
    current=values.current_assignee,
    icon="person",
    is_in_menus=True,
)
PRIORITY = ReversibleChange(
    name="priority",
    label=gettext_lazy("Priority"),
    permission=Permission.TICKET_CHANGE,
    form=form_of(priority=forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=Priority, coerce=int)),
    action=actions.change_priority,
    attributes=frozenset({"priority"}),
    describe=lambda made: _("priority %(name)s") % {"name": str(Priority(int(made.value)).label).lower()},
    load=int,
    restore=restore_priority,
    summarize=texts.summarize_priority,
    choices=values.priority_choices,
    current=values.current_priority,
    icon="flag",
    is_in_menus=True,
)
SNOOZE = ReversibleChange(
    name="snooze",
    label=gettext_lazy("Snooze"),
    permission=Permission.TICKET_CHANGE,
    form=SnoozeForm,
    action=actions.snooze_ticket,
    attributes=frozenset({"snoozed_until"}),
    describe=texts.describe_snooze,
    store=values.store_moment,
    load=datetime.fromisoformat,
    restore=restore_snooze,
    summarize=texts.summarize_snooze,
    choices=values.snooze_choices,
    current=values.current_snooze,
    icon="clock",
    is_in_menus=True,
    is_done_with=lambda _until: True,
)
UNSNOOZE = ReversibleChange(
    name="unsnooze",
    label=pgettext_lazy("ticket event", "Unsnoozed"),
    permission=Permission.TICKET_CHANGE,
    action=actions.unsnooze_ticket,
    attributes=frozenset({"snoozed_until"}),
    describe=lambda _made: _("unsnoozed"),
    restore=restore_snooze,
    summarize=texts.summarize_unsnooze,
    null_of="snooze",
    choices=values.unsnooze_choices,
    icon="back",
    is_named_by_choice=True,
)
TOPIC = ReversibleChange(
    name="topic",
    label=gettext_lazy("Topic"),
    description="What they are about.",
    permission=Permission.TICKET_CHANGE,
    form=form_of(topic=forms.ChoiceField(label=gettext_lazy("Topic"), choices=Topic)),
    action=actions.choose_topic,
    attributes=frozenset({"topic"}),
    describe=lambda made: _("topic “%(name)s”") % {"name": Topic(made.value).label},
    beside=frozenset(QUESTION_ATTRIBUTES),
    event_kinds=QUESTION_EVENTS,
    restore=restore_question,
    choices=values.topic_choices,
    icon="question",
)
UNTAG = ReversibleChange(
    name="untag",
    label=gettext_lazy("Tag removed"),
    permission=Permission.TICKET_CHANGE,
    form=TeamTagForm,
    action=actions.remove_tag,
    attributes=frozenset({"tags"}),
    describe=lambda made: _("tag %(name)s removed") % {"name": isolated_text(made.value)},
    restore=restore_tags,
    summarize=texts.summarize_untag,
    choices=values.untag_choices,
    icon="tag",
    is_named_by_choice=True,
)
TAG = ReversibleChange(
    name="tag",
    label=gettext_lazy("Tag"),
    permission=Permission.TICKET_CHANGE,
    form=NewTagForm,
    action=actions.add_tag,
    attributes=frozenset({"tags"}),
    describe=lambda made: _("tagged %(name)s") % {"name": isolated_text(made.value)},
    restore=restore_tags,
    summarize=texts.summarize_tag,
    choices=values.tag_choices,
    icon="tag",
    search=values.search_tags,
)
MERGE = ReversibleChange(
    name="merge",
    label=gettext_lazy("Merged"),
    description="The number of the ticket that they are merged into, of the same learner; null to split them off.",
    permission=Permission.TICKET_MERGE,
    form=form_of(
        into=TeamRowField(
            values.unmerged_tickets,
            label=gettext_lazy("Merge into"),
            to_field_name="number",
            error_messages={
                "required": gettext_lazy("Give the number of the ticket to merge into."),
                "invalid_choice": gettext_lazy("There is no ticket #%(value)s to merge into."),
            },
        )
    ),
    action=actions.merge_ticket,
    attributes=frozenset({"merged_into_id"}),
    describe=texts.describe_merge,
    store=values.store_ticket,
    load=values.load_ticket,
    restore=split_off_again,
    summarize=texts.summarize_merge,
    find=values.find_numbered_ticket,
    choices=values.merge_choices,
    icon="merge",
    is_named_by_choice=True,
    is_about_a_ticket=True,
)
UNMERGE = ReversibleChange(
    name="unmerge",
    label=pgettext_lazy("change", "Split off"),
    permission=Permission.TICKET_MERGE,
    action=actions.unmerge_ticket,
    attributes=frozenset({"merged_into_id"}),
    describe=lambda _made: _("a separate ticket again"),
    restore=merge_again,
    null_of="merge",
)
QUESTION = ReversibleChange(
    name="question",
    label=gettext_lazy("Question"),
    permission=Permission.TICKET_CHANGE,
    form=QuestionForm,
    action=lambda ticket, actor, said: actions.change_question(ticket, actor, *said),
    attributes=frozenset({"question", "topic"}),
    describe=lambda _made: _("question saved"),
    beside=frozenset(QUESTION_ATTRIBUTES),
    event_kinds=QUESTION_EVENTS,
    restore=restore_question,
    is_of_many=False,
)
# In the order in which menus show them.
REVERSIBLE = {
    change.name: change
    for change in (STATUS, ASSIGNEE, PRIORITY, SNOOZE, UNSNOOZE, TOPIC, UNTAG, TAG, MERGE, UNMERGE, QUESTION)
}
# Changes that can be made to many tickets at once; a question belongs to one.
BULK_CHANGES = {name: change for name, change in REVERSIBLE.items() if change.is_of_many}

RESOLVE = Change(permission=Permission.TICKET_CHANGE, action=actions.resolve_ticket)
REOPEN = Change(permission=Permission.TICKET_CHANGE, action=actions.reopen_ticket)
