"""The vendor's own example of every Nutror event, as its public documentation shows them."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Each example's envelope by its event name."""
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("nutror.json").read_text())
    return found
