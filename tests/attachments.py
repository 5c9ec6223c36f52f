"""Where tests store attachments, and attachments as if they had been uploaded."""

from typing import Any

from helpdesk.conversations.files.attachments import keep, prepare
from helpdesk.conversations.models import Attachment


def keep_attachments_in(folder: Any, settings: Any) -> None:
    """Store them in this folder; pytest restores the settings."""
    store = settings.STORAGES["attachments"]
    options = store["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"attachments": store | {"OPTIONS": options}}


def store(file, ticket, **more):
    """Check a file and keep it for the ticket. Raises ActionRefused."""
    return keep(prepare(file), ticket, **more)


def file_of(ticket, actor, name="foto.png"):
    return Attachment.objects.create(
        team=ticket.team,
        ticket=ticket,
        uploaded_by=actor.user,
        name=name,
        content_type="image/png",
        size=3,
        storage_key=name,
    )
