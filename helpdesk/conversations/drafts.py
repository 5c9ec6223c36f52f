"""What people have begun to write, kept on the server at each pause, so that any device goes on with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.attachments import keep, most_of_reply, prepare, too_much_for_reply
from helpdesk.conversations.files import CheckedFile
from helpdesk.conversations.models import Attachment, Draft
from helpdesk.teams.models import Membership, User
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.composed import ComposedQuery

MOST_FILES = 10  # of a draft


def drafts_of(ticket: Ticket, user: User) -> dict[str, Draft]:
    """This person's, by their kind, with their files."""
    drafts = _DRAFTS.objects(ticket=ticket.pk, user=user.pk)
    prefetch_related_objects(drafts, "attachments")
    return {draft.kind: draft for draft in drafts}


_DRAFTS = ComposedQuery(lambda ticket, user: Draft.objects.filter(ticket=ticket, user=user))


def files_of(ticket: Ticket, user: User, kind: str, keys: Collection[int] | None = None) -> list[Attachment]:
    """The files of this person's draft of that kind, or only those with these keys; none where there is no draft."""
    files = Attachment.objects.filter(draft__ticket=ticket, draft__user=user, draft__kind=kind)
    return list(files if keys is None else files.filter(pk__in=keys))


class Page(NamedTuple):
    """A page on which somebody writes: the key of its form, and what it showed.

    `stamp` is that of the draft that it began with, None where it says nothing of that. `seen` is the key of the newest
    message that its writer saw, 0 if there was none, and `seen_version` the ticket's version; None where it does not
    matter.
    """

    form_key: str = ""
    stamp: str | None = None
    seen: int | None = None
    seen_version: int | None = None


NO_PAGE = Page()  # written by a program


class DraftElsewhere(ActionRefused):
    """The writer went on with this draft on another page, since this one was loaded; nothing was kept."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("You continued this on another page."))
        self.draft = draft


def stamp_of(draft: Draft | None) -> str:
    """The stamp by which a page tells which version of the draft it started from; empty for none."""
    return draft.updated_at.isoformat() if draft else ""


def stamp_for(draft: Draft | None, page: Page, body: str) -> str:
    """What a page says of its draft when it is shown anew with this text, which was refused.

    Where another page has kept words that are not in it, that stays unknown to this one: else the next letter here
    would overwrite them.
    """
    is_elsewhere = draft is not None and _is_elsewhere(draft, page, body)
    return page.stamp or "" if is_elsewhere else stamp_of(draft)


@transaction.atomic
def save_draft(ticket: Ticket, user: User, kind: str, body: str, page: Page = NO_PAGE) -> Draft | None:
    """Keep what is written so far; None where nothing is left of it.

    What was sent from the page meanwhile, after the newest message that it had `seen`, does not come back as a draft,
    when the line was slow. Raises ActionRefused, and DraftElsewhere where another page has saved words that would be
    gone.
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


def save_both(ticket: Ticket, user: User, kind: str, body: str, page: Page) -> None:
    """Keep this text, behind what another page has kept: for a page that is shown anew. Raises ActionRefused."""
    try:
        save_draft(ticket, user, kind, body, page)
    except DraftElsewhere as elsewhere:
        save_draft(ticket, user, kind, "\n\n".join(filter(None, [elsewhere.draft.body.strip(), body])))


def _is_elsewhere(draft: Draft, page: Page, body: str) -> bool:
    """Whether it has words that this text has not, of which this page does not know.

    A page's own are known by its key: when the line is slow, the answer to a save is not waited for.
    """
    if page.stamp is None:
        return False
    is_known = page.stamp == stamp_of(draft) or bool(page.form_key and page.form_key[:36] == draft.form_key)
    return not is_known and draft.body.strip() not in body


def end_draft(ticket: Ticket, user: User | None, kind: str, body: str, page: Page) -> None:
    """What comes of it when this text was sent: nothing is left, but for words that only another page has.

    To be called with the ticket locked, when the files that go are off it: those of another page stay as well.
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
    """Throw away what this person has begun, with its files."""
    _lock(ticket)
    drafts = Draft.objects.filter(ticket=ticket, user=user, kind=kind)
    Attachment.objects.filter(draft__in=drafts, message=None).delete()
    drafts.delete()


@transaction.atomic
def move_draft(ticket: Ticket, into: Ticket, user: User, kind: str, body: str) -> None:
    """Have this person go on there with what they wrote on a ticket that is merged by now, before what is there.

    Raises ActionRefused.
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
    """Have what was sent be this person's draft again, with its files, before what they have begun meanwhile.

    To be called with the ticket locked.
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
    """Unless it begins so already, as after a second click."""
    text, body = text.strip(), draft.body.strip()
    if not f"{body}\n\n".startswith(f"{text}\n\n"):
        draft.body = "\n\n".join(filter(None, [text, body]))
        draft.updated_at, draft.form_key = timezone.now(), ""  # no page knows of what is put there
        draft.save(update_fields=["body", "updated_at", "form_key"])


def attach(ticket: Ticket, user: User, kind: str, file: object) -> Attachment:
    """Add a file to the draft. Raises ActionRefused where it cannot be sent."""
    checked = prepare(file)  # takes long, and nothing is locked yet
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
    """The size of the draft's files, in bytes."""
    return sum(draft.attachments.values_list("size", flat=True))


@transaction.atomic
def detach(ticket: Ticket, user: User, pk: int) -> str | None:
    """Take a file off this person's draft, of which the kind is given back; None where there is no such file."""
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
    """Drafts of those who may write in the team no more, unless they were at it after that; their files go later."""
    writers = Membership.objects.able_to_work().filter(team=OuterRef("team"), user=OuterRef("user"))
    Draft.objects.filter(~Exists(writers), updated_at__lt=until).delete()


def _checked(body: str) -> str:
    body = body.replace("\r\n", "\n").replace("\0", "")
    if len(body) > LONGEST_TEXT:
        raise ActionRefused(_("This is longer than 20,000 characters, so it is kept on this device only."))
    return body


def _lock(ticket: Ticket) -> Ticket:
    """Take turns with what is sent, which ends the draft."""
    return Ticket.objects.select_for_update(no_key=True, of=("self",)).select_related("learner").get(pk=ticket.pk)


def _lock_to_write(ticket: Ticket) -> None:
    """Raises ActionRefused where the learner was erased meanwhile, whom an open page would bring back."""
    if _lock(ticket).learner.erased_at:
        raise ActionRefused(_("This learner has been erased."))


def _was_sent(ticket: Ticket, user: User, kind: str, body: str, seen: int | None) -> bool:
    if seen is None:
        return False
    sent = ticket.messages.filter(pk__gt=seen, author=user, kind=kind, cancelled_at=None)
    return sent.filter(body__startswith=body.strip()).exists()
