"""Removes secrets and personal data from log texts.

Such data should not be logged in the first place; this catches what errors quote, above all database errors. Secrets,
addresses and numbers are recognized by their form, names only where the database quotes them.
"""

from __future__ import annotations

import re

HIDDEN = "…"
SHOWN = 4  # characters of a secret that stay visible, to tell two apart
UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# Details of a database error, up to the end of its message, because a value may span lines. Their language is set by
# the database's operator.
DETAIL = re.compile(
    r"^(DETAIL|DETALHE|DETALLE|DÉTAIL|CONTEXT|CONTEXTO|CONTEXTE|KONTEXT): "
    r".*?(?=\n\nThe above exception|\n\nDuring handling|\Z)",
    re.DOTALL | re.MULTILINE,
)
# The query with its values.
QUERY = re.compile(r"^(LINE|LINHA|LÍNEA|LIGNE|ZEILE) (\d{1,9}): [^\n]*", re.MULTILINE)
# A quoted text after a colon at the end of a line, in any language: column and table names have no colon before them.
# Lines that begin with a space are code.
QUOTED_VALUE = re.compile(r"^(\S[^\n]*?: )[\"“„«](?:[\s\S]{0,500}?[\"”“»]$|[^\n]*)", re.MULTILINE)
EMAIL = re.compile(r"[^\s<>\"'(),;:=/\[\]{}|@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*")
CPF = re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b")
PHONE = re.compile(r"\+\d[\d ().-]{7,}\d")
# 20 characters or more, with digits and letters, unlike words and function names; not a UUID.
SECRET = re.compile(
    rf"(?<![\w-])(?!{UUID}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[A-Za-z])"
    r"[A-Za-z0-9_-]{20,}(?:[:.=~+/][A-Za-z0-9_-]{16,}=*)*"
)
AUTHORIZATION = re.compile(r"\b(bearer|basic|token)\s+[^\s,'\"]{8,}", re.IGNORECASE)
# Up to the word's last @, because the password may contain one.
PASSWORD_IN_ADDRESS = re.compile(r"\b(\w{1,30}://[^\s:/@]{0,100}:)\S{1,200}@")
PASSWORD = re.compile(
    r"(passw(?:or)?d|passphrase|pwd|senha|secret|api_?key)(=|['\"]: ?)('[^'\n]*'|\"[^\"\n]*\"|[^\s,;&'\")]+)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Remove secrets and personal data from a text."""
    text = DETAIL.sub(rf"\1: {HIDDEN}", text)
    text = QUERY.sub(rf"\1 \2: {HIDDEN}", text)
    text = QUOTED_VALUE.sub(rf"\1{HIDDEN}", text)
    text = PASSWORD_IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    text = PASSWORD.sub(rf"\1\2{HIDDEN}", text)
    text = AUTHORIZATION.sub(rf"\1 {HIDDEN}", text)
    text = EMAIL.sub(f"{HIDDEN}@{HIDDEN}", text)
    text = PHONE.sub(HIDDEN, CPF.sub(HIDDEN, text))
    return SECRET.sub(lambda found: found[0][:SHOWN] + HIDDEN, text)
