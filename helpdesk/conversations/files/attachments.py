"""Files of a conversation, stored under names that cannot be guessed and served so that they cannot do harm.

Stored files have no public address. Pages link to `download_address`, which is signed, soon expires, and is served with
a Content-Security-Policy under which nothing in a file can run.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.files.checking import SHOWN_TYPES, CheckedFile, check_file
from helpdesk.conversations.files.signed_addresses import find_signed, token_of
from helpdesk.conversations.models import Attachment
from helpdesk.mail.parsed import LARGEST_FILE
from helpdesk.teams.models import User
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message, Ticket

SALT = "conversations.attachment"
UNSENT_KEPT = timedelta(days=2)
MOST_WAITING = 40  # uploaded files of a ticket that are in no message or draft


def storage() -> Storage:
    """Where files are stored: in a folder of VAR_DIR, unless the settings say otherwise."""
    return storages["attachments"]


def prepare(file: Any) -> CheckedFile:
    """Check a file (a Django File with a name) and make it safe. Raises ActionRefused if it is too large or dangerous.

    Also removes an image's camera and location metadata. This can take seconds, so call it before taking any lock.
    """
    if file.size > LARGEST_FILE:
        raise ActionRefused(_("A file can have at most 25 MB."))
    return check_file(file.name or "", file.read())


def most_of_reply() -> int:
    """The most bytes that the files of a reply may have together; larger e-mails would be rejected on their way."""
    return int(settings.EMAIL_FILES_MB) * 2**20


def too_much_for_reply() -> str:
    """The message for files that are too large together."""
    sentence = _(
        "The files of a reply can have at most %(most)d MB together. Remove some, or send a link to them instead."
    )
    return sentence % {"most": most_of_reply() // 2**20}


def check_files_of_reply(files: Iterable[Attachment]) -> None:
    """Raise ActionRefused if the files together are too large for an e-mail."""
    if sum(file.size for file in files) > most_of_reply():
        raise ActionRefused(too_much_for_reply())


def upload(file: Any, ticket: Ticket, *, uploaded_by: User | None) -> Attachment:
    """Check and store a file to be sent later by this person or, if `uploaded_by` is None, by one of the team's tokens.

    Also raises ActionRefused if MOST_WAITING unsent files wait on the ticket already.
    """
    checked = prepare(file)  # slow, so done before locking
    with transaction.atomic():
        locked = Ticket.objects.select_for_update(of=("self",), no_key=True).select_related("learner")
        if locked.get(pk=ticket.pk).learner.erased_at:
            raise ActionRefused(_("This learner has been erased."))
        waiting = Attachment.objects.filter(ticket=ticket, message=None, draft=None)
        if waiting[:MOST_WAITING].count() >= MOST_WAITING:
            raise ActionRefused(_("Too many files are waiting on this ticket. Send those first."))
        return keep(checked, ticket, uploaded_by=uploaded_by)


def keep(
    checked: CheckedFile,
    ticket: Ticket,
    message: Message | None = None,
    uploaded_by: User | None = None,
    content_id: str = "",
    *,
    is_decoration: bool = False,
) -> Attachment:
    """Store a checked file. It is written before its row; `forget_unsent` deletes files whose row was not committed."""
    key = secrets.token_hex(24)
    path = storage().save(f"{timezone.now():%Y/%m}/{key}", ContentFile(checked.data))
    return Attachment.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        message=message,
        uploaded_by=uploaded_by,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.data),
        sha256=hashlib.sha256(checked.data).hexdigest(),
        storage_key=path,
        content_id=content_id,
        is_decoration=is_decoration,
    )


def is_shown(attachment: Attachment) -> bool:
    """Whether pages show it as a picture, instead of as a download."""
    return attachment.content_type in SHOWN_TYPES


def download_address(attachment: Attachment, *, is_full: bool = False) -> str:
    """The address that serves the file for the next minutes, to whoever has it."""
    address = reverse("attachment_file", args=[token_of(attachment.pk, SALT)])
    return f"{settings.BASE_URL}{address}" if is_full else address


def find_by_token(token: str) -> Attachment | None:
    """The attachment of a download address; None if the address was not signed by us or has expired."""
    return find_signed(Attachment.objects.all(), token, SALT)


def forget_unsent() -> None:
    """Delete files that were uploaded but never sent, unless they are in a draft, and stored files without a row."""
    until = timezone.now() - UNSENT_KEPT
    Attachment.objects.filter(message=None, draft=None, created_at__lt=until).delete()
    for folder in _folders():
        known = Attachment.objects.filter(storage_key__startswith=f"{folder}/").values_list("storage_key", flat=True)
        paths = {f"{folder}/{name}" for name in storage().listdir(folder)[1]} - set(known)
        for path in paths:
            if storage().get_modified_time(path) < until:
                storage().delete(path)


def _folders() -> list[str]:
    """The storage's folders: one per month."""
    place = storage()
    years = place.listdir("")[0] if place.exists("") else []
    return [f"{year}/{month}" for year in years for month in place.listdir(year)[0]]
