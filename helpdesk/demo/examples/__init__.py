"""The vendor's example of every Nutror event, from its public documentation."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def examples() -> dict[str, dict[str, Any]]:
    """The examples' envelopes, by event name."""
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("nutror.json").read_text())
    return found
