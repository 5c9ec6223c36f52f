"""Masks unneeded personal data in events of other Eduzz products before they are stored."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from webhooks.events import decompress
from webhooks.masking import masked

logger = logging.getLogger(__name__)
PREFIX = "myeduzz."  # sales; no handler reads these events
NOT_NEEDED = re.compile(
    r"(billing|shipping|customer|buyer)?_?"
    r"(cpf|cnpj|rg|document(_?(number|id))?|documento|tax_?id|address(es)?|endereco|street|cep|zip_?code)",
    re.IGNORECASE,
)


def mask_unneeded_data(name: str, body: bytes, content_encoding: str) -> tuple[bytes, str]:
    """The event's body without unneeded data, and its content encoding; both unchanged if there is nothing to mask.

    A body that cannot be read stays as it is: authentic events are never lost.
    """
    if not name.startswith(PREFIX):
        return body, content_encoding
    try:
        content = json.loads(decompress(body, content_encoding))
        kept = masked(content, _is_unneeded)
        return (body, content_encoding) if kept == content else (json.dumps(kept, allow_nan=False).encode(), "")
    except Exception as error:
        logger.warning("What nobody needs could not be left out of an event: %s", type(error).__name__)
        return body, content_encoding


def _is_unneeded(name: str, value: Any) -> bool:
    return bool(value) and NOT_NEEDED.fullmatch(name) is not None
