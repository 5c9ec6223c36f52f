"""Where a test's attachments go."""

from typing import Any


def keep_attachments_in(folder: Any, settings: Any) -> None:
    """Have them stored in this folder; pytest gives back the settings."""
    store = settings.STORAGES["attachments"]
    options = store["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"attachments": store | {"OPTIONS": options}}
