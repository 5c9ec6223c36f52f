"""The reasons for a received e-mail's state, stored as codes with values, and shown in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 300


class ReasonCode(models.TextChoices):
    """Each reason with its sentence. The code is stored, so it must stay even if the sentence changes."""

    CUT = "cut", _("It is larger than 40 MB: only its beginning is kept.")
    AUTOMATIC = "automatic", _("A program wrote it (%(mark)s), so it changes nothing.")
    EMPTY = "empty", _("It is empty.")
    OTHERS_TICKET = "others_ticket", _("It replies to somebody else’s ticket.")
    ERASED = "erased", _("It is about a learner who has been erased.")
    ERASED_THREAD = "erased_thread", _("It replies to a ticket of a learner who has been erased.")
    BEFORE_ERASURE = "before_erasure", _("By its date, it was written before its author was erased.")
    SENDER_TEST = "sender_test", _("The test of the sender’s address came back: it is confirmed.")
    TAG_TEST = "tag_test", _("The test of replies with a tag came in: the mailbox accepts them.")
    TAG_TEST_FAILED = (
        "tag_test_failed",
        _("The test of replies with a tag came back: the mailbox does not accept them."),
    )
    OWN = "own", _("We sent it ourselves.")
    REPEATED = "repeated", _("It already arrived another way.")
    UNKNOWN_SENDER = "unknown_sender", _("No learner has this address, and it is not a reply to a ticket.")
    IGNORED_SENDER = "ignored_sender", _("Its sender is always ignored.")
    OWN_ADDRESS = "own_address", _("It comes from your own address.")
    UNPROVED_COLLEAGUE = (
        "unproved_colleague",
        _("We couldn’t verify that it is from the colleague whose address it uses."),
    )
    REPORT = "report", _("A mail server’s report about the e-mail to %(address)s.")
    OTHERS_REPORT = "others_report", _("A mail server’s report about something that we did not send.")
    UNKNOWN_RECIPIENT = "unknown_recipient", _("It was sent to %(address)s, which is not one of your mailboxes.")
    NOT_RECENT = "not_recent", _("The provider’s timestamp is too old: it may be a duplicate.")
    NOT_GIVEN = "not_given", _("The mail server lists it, but does not deliver it. Look for it in the mailbox.")
    CRASHED = "crashed", _("Reading it crashed the worker several times.")
    UNREADABLE = "unreadable", _("It could not be read: %(error)s")
    UNDECIDED = "undecided", _("Nobody decided about it before the team’s retention period for such e-mails ended.")
    FILED_BY = "filed_by", _("%(person)s filed it.")
    IGNORED_BY = "ignored_by", _("%(person)s ignored it.")
    SPLIT_BY = "split_by", _("%(person)s made it a separate ticket.")
    REPLY_BY = "reply_by", _("%(person)s marked it as a reply.")
    WORDS = "words", "%(words)s"  # a sentence stored as such


@dataclass(frozen=True)
class Reason:
    """A reason, with the values that its sentence contains, such as who decided."""

    code: ReasonCode
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.code.label) % self.values

    @classmethod
    def of(cls, code: ReasonCode, **values: str) -> Self:
        """The reason with these values."""
        return cls(code, {name: value[:LONGEST_REASON] for name, value in values.items()})


def sentence_of(reasons: Sequence[Reason]) -> str:
    """The sentences of all reasons, in the active language."""
    return " ".join(map(str, reasons))


def stored(reasons: Sequence[Reason]) -> dict[str, Any]:
    """An e-mail's columns for these reasons: the sentence in the active language, and its parts.

    The parts are valid only for the sentence stored with them, because the previous version changes only `reason`.
    """
    sentence = sentence_of(reasons)[:LONGEST_REASON]
    parts = [{"code": each.code.value, "values": each.values} for each in reasons]
    return {"reason": sentence, "reason_parts": {"sentence": sentence, "parts": parts} if parts else {}}


def reasons_of(sentence: str, stored_parts: dict[str, Any]) -> Sequence[Reason]:
    """The reasons from the columns made by `stored`.

    If the parts belong to another sentence, or have unknown codes, the sentence itself is the reason.
    """
    if stored_parts.get("sentence") == sentence:
        parts = stored_parts["parts"]
        if all(part["code"] in ReasonCode.values for part in parts):
            return [Reason(ReasonCode(part["code"]), part["values"]) for part in parts]
    return [Reason.of(ReasonCode.WORDS, words=sentence)] if sentence else []
