"""What schemathesis cannot know by itself."""

import re
import uuid

import schemathesis

WELL_FORMED = re.compile(r"[!-~]{1,255}")


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key is of one request alone, so that each well-formed one is made unique."""
    key = case.headers.get("Idempotency-Key") if case.headers else None
    if isinstance(key, str) and WELL_FORMED.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
