"""Bytes as text: no character set and no transfer encoding stops an e-mail, whether it is named wrongly or not at all."""

from __future__ import annotations

import binascii
import codecs
import re

from charset_normalizer import from_bytes

# What senders write for what they mean; where the two differ, the larger set reads both.
ALIASES = {
    "ansi": "cp1252",
    "ansi_x3.4-1968": "utf-8",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-10646-ucs-2": "utf-16",
    "ucs-2": "utf-16",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "x-ansi": "cp1252",
    "windows-1252http-equivcontent-type": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_2",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-euc-kr": "cp949",
    "koi8": "koi8_r",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
}
GUESSED = (
    "cp1252 cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256 cp932 euc_jp gb18030 big5 cp949 utf_16_le utf_16_be"
).split()
SAMPLE = 2_048  # bytes from which a character set is guessed
FEW_ERRORS = 0.02  # share of bytes with which a text still is what it was named
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64 = bytes(set(range(256)) - set(BASE64))
SHORT_WORD = 60  # characters of a line below the padding that are rather a word than another block


def codec_of(charset: str) -> str:
    """Python's name for a character set; empty where there is none that makes text of bytes."""
    name = charset.strip(" \t\r\n\"'=;.").lower()[:60]
    name = ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        match = re.fullmatch(r"(?:cp|windows|ibm|x-cp|x-windows)[-_ ]?(\d{3,4})", name)
        return codec_of(f"cp{match[1]}") if match and name != f"cp{match[1]}" else ""
    is_text = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name not in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"} else ""


def decode_text(data: bytes, charset: str = "") -> str:
    """The text, by the character set that is named, by UTF-8, or by a guess. Never fails."""
    data = data.removeprefix(codecs.BOM_UTF8)
    codec = codec_of(charset)
    for name in dict.fromkeys((codec, "utf-8") if codec else ("utf-8",)):
        try:
            text = data.decode(name)
        except (UnicodeError, ValueError):
            continue
        if not _hides_escapes(text):
            return text
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\x1b$" in data[:SAMPLE] or b"\x1b(" in data[:SAMPLE]:
        return data.decode("iso2022_jp_2", "replace")
    for name in dict.fromkeys((codec or "utf-8", "utf-8")):
        text = data.decode(name, "replace")
        if text.count("\ufffd") <= max(1, FEW_ERRORS * len(data)) and name != "utf-7":
            return text
    guess = codec or _guess(data)
    return "".join(_decoded_bytewise(data, guess)) if guess == "cp1252" else data.decode(guess, "replace")


def _hides_escapes(text: str) -> bool:
    """Whether ISO-2022 was read as ASCII, since it is made of the same bytes."""
    return "\x1b$" in text or "\x1b(" in text


def _guess(data: bytes) -> str:
    at = next((place for place, byte in enumerate(data[: SAMPLE * 8]) if byte > 127), 0)
    sample = data[max(0, at - SAMPLE // 2) :][:SAMPLE]
    try:
        best = from_bytes(sample, steps=2, chunk_size=512, cp_isolation=GUESSED, preemptive_behaviour=False).best()
    except Exception:  # a guess, for which no mail may be lost
        return "cp1252"
    return best.encoding if best is not None else "cp1252"


def _decoded_bytewise(data: bytes, codec: str) -> list[str]:
    """Windows-1252 has five holes, in which Latin 1 has signs that nobody sees."""
    pieces, position = [], 0
    while position < len(data):
        try:
            pieces.append(data[position:].decode(codec))
            break
        except UnicodeDecodeError as error:
            if len(pieces) > 200:
                pieces.append(data[position:].decode(codec, "replace"))
                break
            pieces.append(data[position : position + error.start].decode(codec))
            pieces.append(data[position + error.start : position + error.end].decode("latin-1"))
            position += error.end
    return pieces


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, bytes]:
    """The bytes of a part, and what stood below its base64 without being part of it."""
    name = encoding.strip(" \t\r\n\"';:").lower()
    if name.startswith(("quoted", "qp")):
        return binascii.a2b_qp(body), b""
    if name.startswith(("base64", "base-64", "b64", "x-gzip64")):
        return decode_base64(body)
    if name in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _decode_uu(body), b""
    return body, b""


def decode_base64(body: bytes) -> tuple[bytes, bytes]:
    """Base64 as far as it goes, to the last whole byte of what was cut off; and the lines among it that are none."""
    if not body.translate(None, BASE64 + b"=\r\n") and b"=" not in body.rstrip(b"=\r\n"):
        return _whole_bytes(body), b""
    blocks: list[list[bytes]] = [[]]
    others, is_open = [], True
    for line in body.splitlines(keepends=True):
        stripped = line.strip()
        words = stripped.translate(None, BASE64 + b"=")
        belongs = len(words) * 7 <= len(stripped) and b" " not in stripped
        if not is_open and len(stripped.rstrip(b"=")) < SHORT_WORD and not stripped.endswith(b"="):
            belongs = False
        if not belongs:
            others.append(line)
        elif stripped:
            # What follows on padding is another block.
            blocks[-1].append(stripped)
            if stripped.endswith(b"="):
                blocks.append([])
                is_open = False
    return b"".join(_whole_bytes(b"".join(block)) for block in blocks), b"".join(others)


def _whole_bytes(block: bytes) -> bytes:
    clean = block.translate(None, NOT_BASE64)
    # Four characters are three bytes: of one alone nothing can be made.
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _decode_uu(body: bytes) -> bytes:
    decoded = []
    for line in body.splitlines():
        if line.startswith(b"begin ") or line.strip() in {b"end", b"`", b""}:
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some programs write too many characters; the first says how many bytes there are.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                decoded.append(line + b"\n")
    return b"".join(decoded)
