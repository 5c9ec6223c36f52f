"""The dock at the bottom of a ticket, with the drafts of a reply to the learner and of a note for the team.

All that the dock needs is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.actions.reply_checks import recipient_of
from helpdesk.conversations.files.attachments import most_of_reply, too_much_for_reply
from helpdesk.conversations.learner_page.statements import LearnerSaid
from helpdesk.conversations.models import Attachment, Draft
from helpdesk.conversations.writing.drafts import EditorPage, drafts_of, stamp_for, stamp_of
from helpdesk.conversations.writing.sent_forms import new_key
from helpdesk.mail.parsed import LARGEST_FILE
from helpdesk.teams.access import TeamRequest
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.names import first_name
from helpdesk.ui.whole_numbers import whole_number
from helpdesk.workspace.ticket_extras import TicketExtras

REPLY, NOTE = Message.Kind.REPLY.value, Message.Kind.NOTE.value
PERMISSIONS = {REPLY: Permission.TICKET_REPLY, NOTE: Permission.TICKET_NOTE}
# The labels of the buttons that send, by the ticket's status afterwards; an empty string keeps the status.
SEND_LABELS: dict[str, Promise] = {
    "": _("Send"),
    Status.PENDING.value: _("Send and wait"),
    Status.RESOLVED.value: _("Send and resolve"),
}
LAST_STATUS_AFTER = "last-way-to-send"  # session key


@dataclass(frozen=True)
class Editor:
    """The content of one of the two editors; after a refusal, also the reason, and what others wrote meanwhile.

    `said` is what the learner said meanwhile other than by a message; `stamp` identifies the version of the draft.
    After a refusal, `files` are only those that the page showed, so that none added on another page is sent unseen.
    """

    kind: str
    body: str = ""
    problem: str = ""
    newer_messages: Sequence[Message] = ()
    said: Sequence[LearnerSaid] = ()
    files: Sequence[Attachment] = ()
    stamp: str = ""

    @property
    def max_length(self) -> int:
        """The most characters of its text."""
        return LONGEST_TEXT

    @property
    def max_size(self) -> int:
        """The largest size of one file in bytes."""
        return LARGEST_FILE

    @property
    def most_bytes(self) -> int | None:
        """The largest total size of its files in bytes, for a reply, which goes by e-mail; None for a note."""
        return most_of_reply() if self.kind == REPLY else None

    @property
    def too_much(self) -> str:
        """The error for files that are too large together."""
        return too_much_for_reply()


@dataclass(frozen=True)
class Composer:
    """The dock: its editors, which of them is open, and how the learner is called.

    `seen` is the primary key of the newest message that the page shows, and `version` the ticket's version. `key`
    identifies a form that is sent twice. `no_reply` says why the learner cannot be written to.
    `status_after` is the ticket's status after the usual button to send; empty if that keeps it.
    """

    editors: dict[str, Editor]
    open_editor: str
    seen: int
    learner: str
    recipient: str = ""
    no_reply: str = ""
    status_after: str = ""
    key: str = field(default_factory=new_key)
    version: int = 0

    @property
    def send_label(self) -> Promise:
        """The label of the usual button to send."""
        return SEND_LABELS[self.status_after]

    @property
    def other_send_labels(self) -> list[tuple[str, Promise]]:
        """The labels of the other buttons to send, each with the ticket's status afterwards."""
        return [(status, label) for status, label in SEND_LABELS.items() if status != self.status_after]


def composer_for(
    request: TeamRequest, ticket: Ticket, extras: TicketExtras, written: Editor | None = None
) -> Composer | None:
    """The dock; None if the user may not write here, or if the ticket is merged and they have not begun anything."""
    kinds = [kind for kind in (REPLY, NOTE) if request.membership.can(PERMISSIONS[kind])]
    drafts = drafts_of(ticket, request.user) if kinds and extras.has_drafts else {}
    if not kinds or (ticket.is_merged and not (drafts or written)):
        return None
    editors = {kind: _editor(kind, drafts.get(kind), written, editor_page(request)) for kind in kinds}
    asked = written.kind if written else request.GET.get("write", "")
    learner = first_name(ticket.learner.name) or str(ticket.learner)
    more = _of_reply(request, ticket, extras) if REPLY in kinds else {}
    return Composer(
        editors, asked if asked in editors else "", extras.last_shown, learner, version=ticket.version, **more
    )


def _editor(kind: str, draft: Draft | None, written: Editor | None, page: EditorPage) -> Editor:
    if written and written.kind == kind:
        return replace(written, stamp=stamp_for(draft, page, written.body))
    files = list(draft.attachments.all()) if draft else []
    return Editor(kind, draft.body if draft else "", files=files, stamp=stamp_of(draft))


def _of_reply(request: TeamRequest, ticket: Ticket, extras: TicketExtras) -> dict[str, Any]:
    last = request.session.get(LAST_STATUS_AFTER, Status.PENDING.value)
    found: dict[str, Any] = {"status_after": last if last in SEND_LABELS else ""}
    try:
        found["recipient"] = recipient_of(ticket, may_be_suppressed=extras.is_suppressed)
    except ActionRefused as refused:
        found["no_reply"] = str(refused)
    return found


def editor_page(request: TeamRequest) -> EditorPage:
    """The page that the text was written on, identified by its form key and draft stamp."""
    return EditorPage(request.POST.get("form_key", "").replace("\0", ""), request.POST.get("draft_stamp"))


def files_named_by(request: TeamRequest) -> set[int] | None:
    """The primary keys of the files that the editor showed; None if it names none, as older pages do."""
    if "draft_file" not in request.POST:
        return None
    return {key for key in map(whole_number, request.POST.getlist("draft_file")) if key is not None}
