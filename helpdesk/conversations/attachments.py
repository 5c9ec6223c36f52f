"""Files of a conversation: stored under names that cannot be guessed, and served where they can do nothing.

Nothing below the storage has an address of its own. A page leads to `download_address`, which is signed, soon over, and
answered under a policy by which nothing in a file runs, whatever it is.
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

from helpdesk.conversations.files import SHOWN_TYPES, CheckedFile, check_file
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.models.attachment import MAX_SIZE
from helpdesk.conversations.signed_addresses import find_signed, token_of
from helpdesk.teams.models import User
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message, Ticket

SALT = "conversations.attachment"
UNSENT_KEPT = timedelta(days=2)
MOST_WAITING = 40  # files of a ticket that are uploaded and in no message or draft


def storage() -> Storage:
    """Where the files lie: a folder of VAR_DIR, unless the settings say otherwise."""
    return storages["attachments"]


def prepare(file: Any) -> CheckedFile:
    """A file (of Django's, with a name) as it is kept. Raises ActionRefused where it is too large, or dangerous.

    What an image says of camera and place is gone by then. That takes seconds: to be done before anything is locked.
    """
    if file.size > MAX_SIZE:
        raise ActionRefused(_("A file can have at most 25 MB."))
    return check_file(file.name or "", file.read())


def most_of_reply() -> int:
    """Bytes that the files of a reply may have together: an e-mail of more would be refused on its way."""
    return int(settings.EMAIL_FILES_MB) * 2**20


def too_much_for_reply() -> str:
    """The sentence for files that are too large together."""
    sentence = _(
        "The files of a reply can have at most %(most)d MB together. Remove some, or send a link to them instead."
    )
    return sentence % {"most": most_of_reply() // 2**20}


def check_files_of_reply(files: Iterable[Attachment]) -> None:
    """Raises ActionRefused where they are larger together than an e-mail may be."""
    if sum(file.size for file in files) > most_of_reply():
        raise ActionRefused(too_much_for_reply())


def upload(file: Any, ticket: Ticket, *, uploaded_by: User | None) -> Attachment:
    """Check and keep a file that is to be sent later, by this person or, where there is none, a token of the team.

    Raises ActionRefused, also where so many wait on the ticket already that they should be sent first.
    """
    checked = prepare(file)  # takes long, and nothing is locked yet
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
    """Keep a file that was checked. It is written first: one whose row is never committed, `forget_unsent` removes."""
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
    """Whether pages show it as the picture that it is; else it is a download."""
    return attachment.content_type in SHOWN_TYPES


def download_address(attachment: Attachment, *, is_full: bool = False) -> str:
    """Where it is to be had for the next minutes, by whoever holds the address."""
    address = reverse("attachment_file", args=[token_of(attachment.pk, SALT)])
    return f"{settings.BASE_URL}{address}" if is_full else address


def find_by_token(token: str) -> Attachment | None:
    """The file of a download's address; None where that was not made by us, or is over."""
    return find_signed(Attachment.objects.all(), token, SALT)


def forget_unsent() -> None:
    """Files that were uploaded and never sent, unless a draft has them, and those that have no row any more."""
    until = timezone.now() - UNSENT_KEPT
    Attachment.objects.filter(message=None, draft=None, created_at__lt=until).delete()
    for folder in _folders():
        known = Attachment.objects.filter(storage_key__startswith=f"{folder}/").values_list("storage_key", flat=True)
        paths = {f"{folder}/{name}" for name in storage().listdir(folder)[1]} - set(known)
        for path in paths:
            if storage().get_modified_time(path) < until:
                storage().delete(path)


def _folders() -> list[str]:
    """Of the storage: one for each month of each year."""
    place = storage()
    years = place.listdir("")[0] if place.exists("") else []
    return [f"{year}/{month}" for year in years for month in place.listdir(year)[0]]
