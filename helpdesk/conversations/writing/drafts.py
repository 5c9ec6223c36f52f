"""Drafts, saved on the server at each pause in writing, so that people can continue on any device."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.files.attachments import keep, most_of_reply, prepare, too_much_for_reply
from helpdesk.conversations.files.checking import CheckedFile
from helpdesk.conversations.models import Attachment, Draft
from helpdesk.teams.models import Membership, User
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.composed import ComposedQuery

MOST_FILES = 10  # of a draft


def drafts_of(ticket: Ticket, user: User) -> dict[str, Draft]:
    """This person's drafts of the ticket by kind, with their files."""
    drafts = _DRAFTS.objects(ticket=ticket.pk, user=user.pk)
    prefetch_related_objects(drafts, "attachments")
    return {draft.kind: draft for draft in drafts}


_DRAFTS = ComposedQuery(lambda ticket, user: Draft.objects.filter(ticket=ticket, user=user))


def files_of(ticket: Ticket, user: User, kind: str, keys: Collection[int] | None = None) -> list[Attachment]:
    """The files of this person's draft of that kind, or only those with these keys; none if there is no draft."""
    files = Attachment.objects.filter(draft__ticket=ticket, draft__user=user, draft__kind=kind)
    return list(files if keys is None else files.filter(pk__in=keys))


class EditorPage(NamedTuple):
    """A page on which somebody writes: the key of its form, and what it showed.

    `stamp` is the stamp of the draft that it started with, None if unknown. `seen` is the key of the newest message
    that the writer saw, 0 if there was none, and `seen_version` the ticket's version; both are None if they do not
    matter.
    """

    form_key: str = ""
    stamp: str | None = None
    seen: int | None = None
    seen_version: int | None = None


NO_PAGE = EditorPage()  # for text written by a program


class DraftElsewhere(ActionRefused):
    """The writer has continued this draft on another page since this one was loaded; nothing was saved."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("You continued this on another page."))
        self.draft = draft


def stamp_of(draft: Draft | None) -> str:
    """Identifies the version of a draft that a page started with; empty for none."""
    return draft.updated_at.isoformat() if draft else ""


def stamp_for(draft: Draft | None, page: EditorPage, body: str) -> str:
    """The stamp for a page that is shown again with this text, which was refused.

    If another page has saved words that are missing from the text, the old stamp is kept: otherwise the next save of
    this page would overwrite them.
    """
    is_elsewhere = draft is not None and _is_elsewhere(draft, page, body)
    return page.stamp or "" if is_elsewhere else stamp_of(draft)


@transaction.atomic
def save_draft(ticket: Ticket, user: User, kind: str, body: str, page: EditorPage = NO_PAGE) -> Draft | None:
    """Save the text as a draft; None if there is nothing to keep.

    Text that was sent after the message `page.seen` is not saved again if the request arrives late. Raises
    ActionRefused, and DraftElsewhere if it would overwrite words that another page has saved.
    """
    body = _checked(body)
    _lock_to_write(ticket)
    draft = Draft.objects.filter(ticket=ticket, user=user, kind=kind).first()
    if draft is None and (not body.strip() or _was_sent(ticket, user, kind, body, page.seen)):
        return None
    if draft and _is_elsewhere(draft, page, body):
        raise DraftElsewhere(draft)
    draft = draft or Draft(team_id=ticket.team_id, ticket=ticket, user=user, kind=kind)
    draft.body, draft.updated_at = body, timezone.now()
    draft.form_key = "" if page.stamp is None else page.form_key[:36]
    if not body.strip() and not draft.attachments.exists():
        draft.delete()
        return None
    draft.save()
    return draft


def save_both(ticket: Ticket, user: User, kind: str, body: str, page: EditorPage) -> None:
    """Save this text, after any that another page has saved, for a page to be shown again. Raises ActionRefused."""
    try:
        save_draft(ticket, user, kind, body, page)
    except DraftElsewhere as elsewhere:
        save_draft(ticket, user, kind, "\n\n".join(filter(None, [elsewhere.draft.body.strip(), body])))


def _is_elsewhere(draft: Draft, page: EditorPage, body: str) -> bool:
    """Whether the draft has words missing from this text that this page does not know about.

    A page's own saves are recognised by its key, since on a slow connection it saves again before the stamp arrives.
    """
    if page.stamp is None:
        return False
    is_known = page.stamp == stamp_of(draft) or bool(page.form_key and page.form_key[:36] == draft.form_key)
    return not is_known and draft.body.strip() not in body


def end_draft(ticket: Ticket, user: User | None, kind: str, body: str, page: EditorPage) -> None:
    """Delete or empty the draft after its text was sent, unless another page has saved other words.

    Call it with the ticket locked, after detaching the files that were sent; files that another page added are kept.
    """
    draft = Draft.objects.filter(ticket=ticket, user=user, kind=kind).first() if user else None
    if draft is None or _is_elsewhere(draft, page, body):
        return
    if not draft.attachments.exists():
        draft.delete()
        return
    draft.body, draft.updated_at, draft.form_key = "", timezone.now(), ""
    draft.save(update_fields=["body", "updated_at", "form_key"])


@transaction.atomic
def discard_draft(ticket: Ticket, user: User, kind: str) -> None:
    """Delete this person's draft, with its files."""
    _lock(ticket)
    drafts = Draft.objects.filter(ticket=ticket, user=user, kind=kind)
    Attachment.objects.filter(draft__in=drafts, message=None).delete()
    drafts.delete()


@transaction.atomic
def move_draft(ticket: Ticket, into: Ticket, user: User, kind: str, body: str) -> None:
    """Move this person's draft from a ticket that was merged to `into`, before any draft that they have there.

    `body` replaces the saved text unless it is empty. Raises ActionRefused.
    """
    body = _checked(body).strip()
    for each in sorted([ticket, into], key=lambda locked: locked.pk):
        _lock_to_write(each)
    old = Draft.objects.filter(ticket=ticket, user=user, kind=kind).first()
    draft, _is_new = Draft.objects.get_or_create(ticket=into, user=user, kind=kind, defaults={"team_id": into.team_id})
    _put_before(draft, body or (old.body if old else ""))
    if old:
        old.attachments.update(draft=draft, ticket=into)
        old.delete()
    if not draft.body and not draft.attachments.exists():
        draft.delete()


def restore_draft(message: Message, user: User) -> None:
    """Make a sent message this person's draft again, with its files, before what they have written since.

    Call it with the ticket locked.
    """
    draft, is_new = Draft.objects.get_or_create(
        ticket_id=message.ticket_id,
        user=user,
        kind=message.kind,
        defaults={"team_id": message.team_id, "body": message.body},
    )
    if not is_new:
        _put_before(draft, message.body)
    message.attachments.update(message=None, draft=draft)


def _put_before(draft: Draft, text: str) -> None:
    """Put the text first in the draft, unless it begins with it already, as after a double click."""
    text, body = text.strip(), draft.body.strip()
    if not f"{body}\n\n".startswith(f"{text}\n\n"):
        draft.body = "\n\n".join(filter(None, [text, body]))
        draft.updated_at, draft.form_key = timezone.now(), ""  # no page knows about the new text
        draft.save(update_fields=["body", "updated_at", "form_key"])


def attach(ticket: Ticket, user: User, kind: str, file: object) -> Attachment:
    """Add a file to the draft. Raises ActionRefused if it cannot be sent."""
    checked = prepare(file)  # slow, so done before locking
    with transaction.atomic():
        return _attach(ticket, user, kind, checked)


def _attach(ticket: Ticket, user: User, kind: str, checked: CheckedFile) -> Attachment:
    _lock_to_write(ticket)
    draft, _is_new = Draft.objects.get_or_create(
        ticket=ticket, user=user, kind=kind, defaults={"team_id": ticket.team_id}
    )
    if draft.attachments.count() >= MOST_FILES:
        raise ActionRefused(_("A message can have at most 10 files."))
    if kind == Message.Kind.REPLY and _size_of(draft) + len(checked.data) > most_of_reply():
        raise ActionRefused(too_much_for_reply())
    attachment = keep(checked, ticket, uploaded_by=user)
    attachment.draft = draft
    attachment.save(update_fields=["draft"])
    return attachment


def _size_of(draft: Draft) -> int:
    """The total size of the draft's files, in bytes."""
    return sum(draft.attachments.values_list("size", flat=True))


@transaction.atomic
def detach(ticket: Ticket, user: User, pk: int) -> str | None:
    """Remove a file from this person's draft and return the draft's kind; None if there is no such file."""
    _lock(ticket)
    found = Attachment.objects.filter(ticket=ticket, message=None, draft__user=user, pk=pk).select_related("draft")
    attachment = found.first()
    if attachment is None or attachment.draft is None:
        return None
    draft = attachment.draft
    attachment.delete()
    if not draft.body.strip() and not draft.attachments.exists():
        draft.delete()
    return draft.kind


def forget_orphaned(until: datetime) -> None:
    """Delete drafts older than `until` of people who can no longer write in the team; their files are deleted later."""
    writers = Membership.objects.able_to_work().filter(team=OuterRef("team"), user=OuterRef("user"))
    Draft.objects.filter(~Exists(writers), updated_at__lt=until).delete()


def _checked(body: str) -> str:
    body = body.replace("\r\n", "\n").replace("\0", "")
    if len(body) > LONGEST_TEXT:
        raise ActionRefused(_("This is longer than 20,000 characters, so it is kept on this device only."))
    return body


def _lock(ticket: Ticket) -> Ticket:
    """Lock the ticket, so that saving a draft and sending it take turns."""
    return Ticket.objects.select_for_update(no_key=True, of=("self",)).select_related("learner").get(pk=ticket.pk)


def _lock_to_write(ticket: Ticket) -> None:
    """Lock the ticket; raises ActionRefused if the learner was erased, so that an open page restores no data."""
    if _lock(ticket).learner.erased_at:
        raise ActionRefused(_("This learner has been erased."))


def _was_sent(ticket: Ticket, user: User, kind: str, body: str, seen: int | None) -> bool:
    if seen is None:
        return False
    sent = ticket.messages.filter(pk__gt=seen, author=user, kind=kind, cancelled_at=None)
    return sent.filter(body__startswith=body.strip()).exists()
