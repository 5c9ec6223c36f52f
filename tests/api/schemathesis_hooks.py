"""Hooks that tell schemathesis what the schema cannot."""

import gc
import re
import uuid

import schemathesis

gc.freeze()
gc.set_threshold(
    20_000, 50, 100
)  # as in tests/conftest.py: it generates a lot, of which the collector has little to find
WELL_FORMED = re.compile(r"[!-~]{1,255}")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Make each well-formed idempotency key unique, because a key may belong to only one request."""
    key = case.headers.get("Idempotency-Key") if case.headers else None
    if isinstance(key, str) and WELL_FORMED.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
