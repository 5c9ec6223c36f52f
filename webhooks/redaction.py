"""Makes raw bodies readable for people, and masks the secrets that some Eduzz events contain."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from webhooks.events import ContentError, decompress
from webhooks.masking import MASK, masked
from webhooks.models import Delivery

SECRET_NAME = re.compile(r"secret|token|password|senha|api_?key", re.IGNORECASE)
# In text that is not JSON, the value may be anything, and may be cut off.
SECRET_IN_TEXT = re.compile(
    r'("[^"\\]{0,60}(?:secret|token|password|senha|api_?key)[^"\\]{0,60}"\s*:\s*)'
    r'(?:"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|\{[^}]*\}?|[^\s,}\]]+)',
    re.IGNORECASE | re.DOTALL,
)
LONGEST = 64 * 1024  # characters


def redacted_body(delivery: Delivery) -> str:
    """The body, indented if it is JSON; at most LONGEST characters, with secrets masked."""
    body = bytes(delivery.body)
    with suppress(ContentError):
        body = decompress(body, delivery.content_encoding)
    try:
        text = _indented(masked(json.loads(body), _is_secret))
    except (ValueError, RecursionError):
        text = SECRET_IN_TEXT.sub(rf'\1"{MASK}"', body.decode(errors="replace"))
    text = text.replace("\0", "␀").encode(errors="backslashreplace").decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"


def _indented(value: Any) -> str:
    """The value as indented JSON, cut soon after LONGEST: indentation can make deep nesting a thousand times longer."""
    text, length = [], 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        text.append(part)
        length += len(part)
        if length > LONGEST:
            break
    return "".join(text)


def _is_secret(name: str, value: Any) -> bool:
    return SECRET_NAME.search(name) is not None
