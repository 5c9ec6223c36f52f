"""Where tests store attachments."""

from typing import Any

from helpdesk.conversations.models import Attachment


def keep_attachments_in(folder: Any, settings: Any) -> None:
    """Store them in this folder; pytest restores the settings."""
    store = settings.STORAGES["attachments"]
    options = store["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"attachments": store | {"OPTIONS": options}}


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
