"""What must not get into a log: secrets, and what tells who somebody is.

The rule is that nothing of it is logged in the first place. This is for what errors quote, above all the database's. It
knows secrets, addresses and numbers by how they look; a name it knows only where the database quotes it.
"""

from __future__ import annotations

import re

HIDDEN = "…"
SHOWN = 4  # characters of a secret, by which two are told apart
UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# What the database says besides: to the end of its message, since a value may have lines. It speaks the language that
# its operator has set.
DETAIL = re.compile(
    r"^(DETAIL|DETALHE|DETALLE|DÉTAIL|CONTEXT|CONTEXTO|CONTEXTE|KONTEXT): "
    r".*?(?=\n\nThe above exception|\n\nDuring handling|\Z)",
    re.DOTALL | re.MULTILINE,
)
# The query, with the values in it.
QUERY = re.compile(r"^(LINE|LINHA|LÍNEA|LIGNE|ZEILE) (\d{1,9}): [^\n]*", re.MULTILINE)
# At the end of a line what is quoted after a colon, whatever the language: before the name of a column or a table there
# is none. Lines that begin with a space are those of the program itself.
QUOTED_VALUE = re.compile(r"^(\S[^\n]*?: )[\"“„«](?:[\s\S]{0,500}?[\"”“»]$|[^\n]*)", re.MULTILINE)
EMAIL = re.compile(r"[^\s<>\"'(),;:=/\[\]{}|@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*")
CPF = re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b")
PHONE = re.compile(r"\+\d[\d ().-]{7,}\d")
# Of 20 characters or more, digits and letters among them, as no word or name of a function is; and no UUID.
SECRET = re.compile(
    rf"(?<![\w-])(?!{UUID}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[A-Za-z])"
    r"[A-Za-z0-9_-]{20,}(?:[:.=~+/][A-Za-z0-9_-]{16,}=*)*"
)
AUTHORIZATION = re.compile(r"\b(bearer|basic|token)\s+[^\s,'\"]{8,}", re.IGNORECASE)
# To the last @ of the word, since a password may have one itself.
PASSWORD_IN_ADDRESS = re.compile(r"\b(\w{1,30}://[^\s:/@]{0,100}:)\S{1,200}@")
PASSWORD = re.compile(
    r"(passw(?:or)?d|passphrase|pwd|senha|secret|api_?key)(=|['\"]: ?)('[^'\n]*'|\"[^\"\n]*\"|[^\s,;&'\")]+)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text with all of that left out."""
    text = DETAIL.sub(rf"\1: {HIDDEN}", text)
    text = QUERY.sub(rf"\1 \2: {HIDDEN}", text)
    text = QUOTED_VALUE.sub(rf"\1{HIDDEN}", text)
    text = PASSWORD_IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    text = PASSWORD.sub(rf"\1\2{HIDDEN}", text)
    text = AUTHORIZATION.sub(rf"\1 {HIDDEN}", text)
    text = EMAIL.sub(f"{HIDDEN}@{HIDDEN}", text)
    text = PHONE.sub(HIDDEN, CPF.sub(HIDDEN, text))
    return SECRET.sub(lambda found: found[0][:SHOWN] + HIDDEN, text)
