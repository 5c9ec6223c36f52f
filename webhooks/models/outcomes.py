"""The outcomes of events, and the problems that they may have."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    """The outcome of processing an event."""

    WAITING = "waiting", pgettext_lazy("delivery outcome", "Waiting")
    PROCESSED = "processed", pgettext_lazy("delivery outcome", "Processed")
    IGNORED = "ignored", pgettext_lazy("delivery outcome", "Ignored")
    FAILED = "failed", pgettext_lazy("delivery outcome", "Failed")


class Problem(models.TextChoices):
    """What is wrong with an event; a processed one may also have an implausible time."""

    ENCODING = "encoding", pgettext_lazy("delivery problem", "The body cannot be decompressed")
    TOO_LARGE = "too_large", pgettext_lazy("delivery problem", "The decompressed body is over 256 KiB")
    NOT_JSON = "not_json", pgettext_lazy("delivery problem", "The body is not valid JSON")
    TOO_DEEP = "too_deep", pgettext_lazy("delivery problem", "The JSON is nested too deeply")
    MISSING = "missing", pgettext_lazy("delivery problem", "A required field is missing")
    WRONG_TYPE = "wrong_type", pgettext_lazy("delivery problem", "A field has the wrong type")
    INVALID = "invalid", pgettext_lazy("delivery problem", "A field has a value that is not valid")
    UNSTORABLE = "unstorable", pgettext_lazy("delivery problem", "A text contains characters that cannot be stored")
    HANDLER_ERROR = "handler_error", pgettext_lazy("delivery problem", "An error on our side")
    INTERRUPTED = "interrupted", pgettext_lazy("delivery problem", "Our worker stopped while processing it")
    IMPLAUSIBLE_TIME = (
        "implausible_time",
        pgettext_lazy("delivery problem", "A time makes no sense; the next best one is used"),
    )
    ADDRESS = "address", pgettext_lazy("delivery problem", "It came from an address that is not on the list")
    ERASED = "erased", pgettext_lazy("delivery problem", "It was about a learner who has been erased")
    EXPIRED = "expired", pgettext_lazy("delivery problem", "Its content is no longer kept")


UNHANDLED = [Outcome.FAILED, Outcome.IGNORED]  # without result; may be replayed
EMPTY = [Problem.ERASED, Problem.EXPIRED]  # the body is gone, so there is nothing to replay
