"""Tries out the parser on files: the result, how long it takes, what is lost, and what cannot be stored."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from helpdesk.mail.authentication import judge_sender
from helpdesk.mail.bounces import read_bounce
from helpdesk.mail.files.attachments import make_safe
from helpdesk.mail.html.quotation import collapse_html
from helpdesk.mail.html.sanitising import sanitise
from helpdesk.mail.parsed import ParsedEmail
from helpdesk.mail.parsing import parse_email
from helpdesk.mail.quotation.splitting import split_text
from helpdesk.nfc import to_nfc
from tests.mail.losses import lost_lines
from tests.mail.written import written_text


@dataclass
class Trial:
    """The result for one file, with the CPU time of everything done with an e-mail."""

    name: str
    size: int
    milliseconds: float = 0.0
    summary: str = ""
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def try_email(name: str, raw: bytes, *, is_damaged: bool = False) -> Trial:
    """Parse an e-mail as if it had been received. An exception is recorded as a fault, and ends the trial."""
    trial = Trial(name, len(raw))
    started = time.process_time()
    try:
        parsed = parse_email(raw)
        parts = split_text(parsed.text, parsed.subject)
        collapsed = collapse_html(parsed.html, parsed.subject) if parsed.html else None
        safe = sanitise(collapsed.html) if collapsed else None
        bounce = read_bounce(raw, parsed)
        verdict = judge_sender(parsed, authserv_id="mx.example")
        files = [make_safe(each) for each in parsed.attachments]
    except Exception as error:  # what we are looking for
        trial.faults.append(f"{type(error).__name__}: {error}")
        return trial
    trial.milliseconds = (time.process_time() - started) * 1_000
    if "".join(part.text for part in parts) != parsed.text:
        trial.faults.append("the parts are not the text")
    trial.faults += [
        f"not storable: {path}" for path in _unstorable((parsed, parts, collapsed, safe, bounce, verdict, files))
    ]
    trial.lost = lost_lines(raw, parsed, is_damaged=is_damaged)
    trial.summary = _summary(parsed, str(bounce.kind) if bounce else "")
    return trial


def _summary(parsed: ParsedEmail, bounce: str) -> str:
    files = ", ".join(f"{each.name} ({len(each.data)})" for each in parsed.attachments[:5])
    facts = {
        "from": parsed.sender.email,
        "subject": parsed.subject[:60],
        "text": len(parsed.text),
        "html": len(parsed.html),
        "stray": len(parsed.stray_text),
        "files": files,
        "bounce": bounce,
        "automatic": parsed.automation.reason[:40],
        "repaired": ", ".join(parsed.problems),
    }
    return "; ".join(f"{name} {value}" for name, value in facts.items() if value)


def _unstorable(value: Any, path: str = "") -> Iterator[str]:
    """Where there is text that PostgreSQL cannot store, or that is not in NFC."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value) or to_nfc(value) != value:
            yield path
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _unstorable(below, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for place, below in enumerate(value):
            yield from _unstorable(below, f"{path}[{place}]")
    elif is_dataclass(value):
        for each in fields(value):
            yield from _unstorable(getattr(value, each.name), f"{path}.{each.name}")


def try_expectations(path: Path) -> Iterator[Trial]:
    """Compare replies with the expected text: JSON with `text` and `html`, each case with one of its `expected`."""
    cases = json.loads(path.read_text())
    for form in ("text", "html"):
        for case in cases.get(form, ()):
            subject = case.get("subject", "")
            trial = Trial(f"{path.name} {form} {case['id']}", len(case[form]))
            started = time.process_time()
            if form == "text":
                written = written_text(case[form], subject)
                if "".join(part.text for part in split_text(case[form], subject)) != case[form]:
                    trial.faults.append("the parts are not the text")
            else:
                written = collapse_html(case[form], subject).written
            trial.milliseconds = (time.process_time() - started) * 1_000
            if " ".join(written.split()) not in {" ".join(text.split()) for text in case["expected"]}:
                trial.faults.append(f"not what was written: {written!r}")
            yield trial


def try_reply(path: Path) -> Trial:
    """Split a reply without headers into text and quotation, for a person to review."""
    text = path.read_text("utf-8", "replace")
    trial = Trial(path.name, len(text))
    started = time.process_time()
    if path.suffix == ".html":
        collapsed = collapse_html(text)
        trial.summary = f"written: {collapsed.written!r}"
    else:
        parts = split_text(text)
        trial.summary = "\n" + "".join(
            f"{'  | ' if part.is_quoted else '    '}{line}\n" for part in parts for line in part.text.splitlines()
        )
        if "".join(part.text for part in parts) != text:
            trial.faults.append("the parts are not the text")
    trial.milliseconds = (time.process_time() - started) * 1_000
    return trial
