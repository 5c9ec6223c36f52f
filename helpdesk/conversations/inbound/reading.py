"""Reads a stored e-mail: its new and quoted text, whether its sender is trusted, whether a program wrote it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from helpdesk.conversations.learner_page.link_redaction import without_tokens
from helpdesk.conversations.models import InboundEmail
from helpdesk.mail.authentication import Reason, Verdict, is_marked_by, judge_sender
from helpdesk.mail.bounces import Report, read_bounce
from helpdesk.mail.html.quotation import split_html
from helpdesk.mail.parsed import ParsedEmail
from helpdesk.mail.parsing import parse_email
from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.lines import Part
from helpdesk.mail.quotation.splitting import split_text
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_text

LONGEST_QUOTED = 60_000
TEST_HEADER = re.compile(rb"(?im)^x-helpdesk-sender-test:[ \t]*([\w-]{20,60})[ \t]*\r?$")
NOT_JUDGED = {Reason.NO_SERVER, Reason.NO_RESULT, Reason.FOREIGN_RESULT}
HEAD = 64 * 1024  # bytes in which to look for TEST_HEADER


@dataclass(frozen=True)
class Words:
    """`body` is the new text with any quotations inside it; `quoted` is the rest, which pages show collapsed.

    `written` is the new text alone, as stored for questions. `is_cut` means that a message cannot hold all of it.
    """

    body: str
    quoted: str
    written: str
    is_cut: bool = False


class Reading:
    """An e-mail as the filing rules see it. No input makes it raise.

    `known` is what was sent on the e-mail's ticket, if the ticket is known. Only `words` may query the database, to
    find links to learners' pages; the e-mail's mailbox should be loaded.
    """

    def __init__(self, email: InboundEmail, known: KnownText | None = None) -> None:
        self.email = email
        self.known = known
        self._raw = bytes(email.raw)
        self.parsed: ParsedEmail = parse_email(
            self._raw, envelope_from=email.envelope_from, envelope_to=email.envelope_to
        )

    @property
    def sender(self) -> str:
        """The sender's address, as the e-mail claims; empty if it names none."""
        return self.parsed.sender.email

    @cached_property
    def server_verdict(self) -> Verdict:
        """Whether to trust From, according to our mail server."""
        return judge_sender(self.parsed, authserv_id=self.email.authserv_id)

    @property
    def is_unjudged(self) -> bool:
        """Whether no mail server of ours says anything about the sender."""
        return self.server_verdict.reason in NOT_JUDGED

    @property
    def verdict(self) -> Verdict:
        """Whether to trust From: according to our mail server or, if it says nothing, by a valid DKIM signature."""
        if self.is_unjudged and self.email.signing_domain:
            return Verdict(True, Reason.DKIM, self.email.signing_domain)
        return self.server_verdict

    @property
    def is_spam(self) -> bool:
        """Whether our mail server marked it as spam; other servers' marks don't count."""
        return bool(self.parsed.spam_mark) and is_marked_by(self.parsed, authserv_id=self.email.authserv_id)

    @cached_property
    def report(self) -> Report | None:
        """The e-mail as a mail server's report; None if it is not one."""
        return read_bounce(self._raw, self.parsed)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Possible reply tokens in the addresses that the e-mail was sent to."""
        found = list(self.parsed.reply_tokens)
        if settings.REPLY_DOMAIN:
            addresses = [self.email.envelope_to, *(each.email for each in (*self.parsed.to, *self.parsed.cc))]
            parts = [address.lower().rpartition("@") for address in addresses]
            found += [local for local, _at, domain in parts if domain == settings.REPLY_DOMAIN]
        return tuple(dict.fromkeys(found))

    @property
    def sender_test(self) -> str:
        """The token of a sender address test that came back; empty in other e-mails."""
        found = TEST_HEADER.search(self._raw[:HEAD])
        return found[1].decode() if found else ""

    @property
    def machine(self) -> str:
        """The mark that shows that a program wrote it; empty if a person may have."""
        return self.parsed.automation.reason

    def says_no_more_than(self, other: Reading) -> bool:
        """Whether the other e-mail has the same text and all its files: some phones reuse a Message-ID for another."""
        return self.words.body == other.words.body and self._file_hashes <= other._file_hashes

    @property
    def _file_hashes(self) -> set[str]:
        return {hashlib.sha256(file.data).hexdigest() for file in self.parsed.attachments}

    @cached_property
    def words(self) -> Words:
        """The new text, and the quotations around it; if there is no new text, everything is the body."""
        text, subject = self.parsed.text, self.parsed.subject
        parts = split_html(self.parsed.html, subject, self.known) if self.parsed.has_html_alone else ()
        parts = parts or split_text(text, subject, self.known)
        written = [place for place, part in enumerate(parts) if not part.is_quoted and part.text.strip()]
        outside = self.parsed.stray_text  # outside the MIME parts: mail programs hide it, we keep it
        if not written:
            return _bounded(text, outside, text) if text.strip() else _bounded(outside, "", outside)
        first, last = written[0], written[-1] + 1
        around = "\n\n".join(filter(None, [_joined([*parts[:first], *parts[last:]]), outside]))
        within = [_marked(part) if part.is_quoted else part for part in parts[first:last]]
        return _bounded(_joined(within), around, _joined([parts[place] for place in written]))


def _joined(parts: list[Part] | tuple[Part, ...]) -> str:
    return "".join(part.text for part in parts)


def _marked(part: Part) -> Part:
    """Mark a quotation inside the new text with `>`, so that pages recognize it."""
    lines = part.text.splitlines(keepends=True)
    marked = "".join(line if not line.strip() or line.lstrip().startswith(">") else f"> {line}" for line in lines)
    return Part(marked, is_quoted=True)


def _bounded(body: str, quoted: str, written: str) -> Words:
    """Move what is too long for a message to the quoted text, and remove the tokens of links to learners' pages."""
    body, written = clean_text(without_tokens(body)), clean_text(without_tokens(written))
    quoted = clean_text("\n\n".join(filter(None, [body[LONGEST_TEXT:], without_tokens(quoted)])))
    return Words(
        body[:LONGEST_TEXT].rstrip(),
        quoted[:LONGEST_QUOTED],
        written[:LONGEST_TEXT].rstrip(),
        is_cut=len(quoted) > LONGEST_QUOTED,
    )
