"""Where tests store files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings


def folders_in(path: Path) -> dict[str, Any]:
    """The settings that store all files in this folder."""
    stored: dict[str, Any] = settings.STORAGES
    kept = {alias: dict(backend) for alias, backend in stored.items()}
    for alias in ("attachments", "exports"):
        kept[alias]["OPTIONS"] = kept[alias]["OPTIONS"] | {"location": path / alias}
    return {"STORAGES": kept, "VAR_DIR": path}
