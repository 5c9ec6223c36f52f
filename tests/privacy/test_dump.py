"""The dump that proves erasures finds hidden data; otherwise finding nothing would prove nothing."""

import gzip
import json
from email.message import EmailMessage
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from helpdesk.operations.encryption import encrypt_text
from tests.privacy.dump import is_in, texts_in

WORD = "tamanduá-bandeira"


def mailed():
    message = EmailMessage()
    message["Subject"] = "Dúvida"
    message.set_content(f"Vi um {WORD}", cte="base64")
    return message.as_bytes()


def zipped():
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.json", json.dumps({"body": WORD}))
    return target.getvalue()


@pytest.mark.parametrize(
    "value",
    [
        WORD.upper(),
        WORD.encode(),
        json.dumps({"text": WORD}).encode(),
        gzip.compress(json.dumps({"text": WORD}).encode(), mtime=0),
        zipped(),
        mailed(),
        f"Subject: =?utf-8?q?{WORD.replace('á', '=C3=A1')}?=\nMIME-Version: 1.0\n\nOi".encode(),
        encrypt_text(WORD),
    ],
    ids=["text", "bytes", "escaped", "gzip", "zip", "base64", "header", "encrypted"],
)
def test_a_word_is_found(value):
    assert any(is_in(text, WORD) for text in texts_in(value))


@pytest.mark.parametrize(
    "value", [None, 3, "tamanduá", b"", b"\x1f\x8b", b"PK\x03\x04", gzip.compress(b"nada", mtime=0)]
)
def test_other_words_are_not_found(value):
    assert not any(is_in(text, WORD) for text in texts_in(value))
