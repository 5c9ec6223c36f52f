"""What schemathesis cannot know by itself."""

import gc
import re
import uuid

import schemathesis

gc.freeze()
gc.set_threshold(20_000, 50, 100)  # as in the tests themselves: it invents much, of which little is left to be found
WELL_FORMED = re.compile(r"[!-~]{1,255}")


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key is of one request alone, so that each well-formed one is made unique."""
    key = case.headers.get("Idempotency-Key") if case.headers else None
    if isinstance(key, str) and WELL_FORMED.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
