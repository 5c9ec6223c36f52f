"""What must not get into a log or an error report: secrets, and what tells who somebody is.

The rule is that nothing of it is logged in the first place. This is for what errors quote, above all the database's.
"""

from __future__ import annotations

import re

HIDDEN = "…"
SHOWN = 4  # characters of a secret, by which two are told apart
UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# What the database quotes of rows: to the end of its message, since a value may have lines.
DETAIL = re.compile(
    r"^(DETAIL|CONTEXT): .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL | re.MULTILINE
)
QUOTED_VALUE = re.compile(r"(invalid input (?:syntax|value) for [^:\n]*: )\"[^\n]*")
EMAIL = re.compile(r"[^\s<>\"'(),;:=/\[\]{}|@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*")
CPF = re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b")
PHONE = re.compile(r"\+\d[\d ().-]{7,}\d")
# Of 20 characters or more, digits and letters among them, as no word or name of a function is; and no UUID.
SECRET = re.compile(
    rf"(?<![\w-])(?!{UUID}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[A-Za-z])"
    r"[A-Za-z0-9_-]{20,}(?:[:.=~+/][A-Za-z0-9_-]{16,}=*)*"
)
AUTHORIZATION = re.compile(r"\b(bearer|basic|token)\s+[^\s,'\"]{8,}", re.IGNORECASE)
PASSWORD_IN_ADDRESS = re.compile(r"\b(\w{1,30}://[^\s:/@]{0,100}:)[^\s/@]{1,200}@")


def redact(text: str) -> str:
    """The text with all of that left out."""
    text = DETAIL.sub(rf"\1: {HIDDEN}", text)
    text = QUOTED_VALUE.sub(rf"\1{HIDDEN}", text)
    text = PASSWORD_IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    text = AUTHORIZATION.sub(rf"\1 {HIDDEN}", text)
    text = EMAIL.sub(f"{HIDDEN}@{HIDDEN}", text)
    text = PHONE.sub(HIDDEN, CPF.sub(HIDDEN, text))
    return SECRET.sub(lambda found: found[0][:SHOWN] + HIDDEN, text)
