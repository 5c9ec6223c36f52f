"""Decodes bytes to text, even if the character set or transfer encoding is wrong, unknown or missing."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

# Common wrong or vague names, mapped to the character set that is meant; the larger of two similar sets reads both.
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
MOSTLY_ASCII = 0.4  # up to this share of non-ASCII bytes, a text is in a Latin alphabet
WIDE_ASCII = 0.8  # UTF-16 text longer than a word or two never has this share of ASCII
SHORTEST_GUESSED = 16  # bytes needed to judge that
CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])
NOT_ASCII = bytes({*range(256)} - {*range(32, 127), *b"\t\r\n"})
WIDE = ("utf-16", "utf-32")  # character sets with several bytes per character
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UNWRITTEN = {"Cc", "Cn", "Co", "Cs"}  # Unicode categories that text doesn't contain, line endings aside
SIGNATURES = (b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04")  # of files that may look like text
SAMPLE = 2_048  # bytes that are sampled to guess a character set
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ODD = re.compile(rb"[^A-Za-z0-9+/]+")
UU_BEGIN = re.compile(rb"begin [0-7]{3,4}(?: |$)")
NOT_BASE64 = bytes(set(range(256)) - set(BASE64))
WITHOUT_ODD = bytes(byte if byte in BASE64 else ord("A") for byte in range(256))
SHORT_WORD = 60  # below the padding, a shorter line is taken for words rather than another block
SINGLE_WORD = 20  # the same, for a single line below lines that aren't base64


def codec_of(charset: str) -> str:
    """Python's name for a character set; empty if it is unknown or does not produce text."""
    name = charset.strip(" \t\r\n\"'=;.").lower()[:60]
    name = ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        match = re.fullmatch(r"(?:cp|windows|ibm|x-cp|x-windows)[-_ ]?(\d{3,4})", name)
        return codec_of(f"cp{match[1]}") if match and name != f"cp{match[1]}" else ""
    is_text = getattr(found, "_is_text_encoding", True)
    return (
        found.name if is_text and found.name not in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"} else ""
    )


def decode_text(data: bytes, charset: str = "") -> str:
    """Decode with the declared character set, else UTF-8, else a guess. Never raises."""
    data = data.removeprefix(codecs.BOM_UTF8)
    codec = codec_of(charset)
    has_mark = data.startswith(MARKS) and not _is_narrow(data)
    if codec.startswith(WIDE) and not _is_wide(data):
        codec = ""
    # UTF-8 declared as Latin-1 is common; Latin-1 that happens to be valid UTF-8 does not occur.
    first = ("utf-8", codec) if codec in {"cp1252", "cp1254", "iso8859-15"} else (codec, "utf-8")
    for name in filter(None, first):
        try:
            text = data.decode(name)
        except (UnicodeError, ValueError):
            continue
        if not _hides_escapes(text):
            return text
    if has_mark:
        return data.decode("utf-16", "replace")
    if b"\x1b$" in data[:SAMPLE] or b"\x1b(" in data[:SAMPLE]:
        return data.decode("iso2022_jp_2", "replace")
    for name in dict.fromkeys((codec or "utf-8", "utf-8")):
        text = data.decode(name, "replace")
        errors = text.count("\ufffd")
        # Damaged text still has more letters of its own character set than errors; text in another set does not.
        if sum(sign > "\x7f" for sign in text) > 2 * errors and name != "utf-7":
            return text
    guess = codec if codec and not codec.startswith("utf") else _guess(data)
    return "".join(_decoded_bytewise(data, guess)) if guess == "cp1252" else data.decode(guess, "replace")


def is_binary(data: bytes, charset: str) -> bool:
    """Whether the bytes are not text at all, whatever their declared type."""
    sample, codec = data[:SAMPLE], codec_of(charset)
    if sample.startswith(SIGNATURES):
        return True
    if not (codec.startswith(WIDE) and _is_wide(data)):
        return len(sample.translate(None, CONTROLS)) < 0.9 * len(sample)
    signs = "".join(sample.decode(codec, "replace").split())
    return sum(sign == "\ufffd" or unicodedata.category(sign) in UNWRITTEN for sign in signs) > 0.1 * len(signs)


def _is_wide(data: bytes) -> bool:
    """Whether the bytes may be UTF-16: spaces and line ends then contain a zero byte."""
    return (data.startswith(MARKS) or data.count(b"\0") * 50 >= len(data)) and not _is_narrow(data)


def _is_narrow(data: bytes) -> bool:
    """Whether the bytes are single-byte characters, even if a byte order mark or the declared character set says
    otherwise.
    """
    sample = data[:SAMPLE].translate(None, MARKS[0])
    return len(sample) > SHORTEST_GUESSED and len(sample.translate(None, NOT_ASCII)) > WIDE_ASCII * len(sample)


def _hides_escapes(text: str) -> bool:
    """Whether ISO-2022 text was decoded as ASCII: both use the same bytes."""
    return "\x1b$" in text or "\x1b(" in text


def _guess(data: bytes) -> str:
    at = next((place for place, byte in enumerate(data[: SAMPLE * 8]) if byte > 127), 0)
    sample = data[max(0, at - SAMPLE // 2) :][:SAMPLE]
    if sum(byte > 127 for byte in sample) < MOSTLY_ASCII * len(sample):
        return "cp1252"  # the usual one for Portuguese; a guess finds Romanian just as likely
    try:
        best = from_bytes(sample, steps=2, chunk_size=512, cp_isolation=GUESSED, preemptive_behaviour=False).best()
    except Exception:  # a failed guess must not lose mail
        return "cp1252"
    # The guess may take a few bytes for UTF-16, which always contains zero bytes.
    is_wide = best is not None and best.encoding.startswith("utf_16") and b"\0" not in data
    return best.encoding if best is not None and not is_wide else "cp1252"


def _decoded_bytewise(data: bytes, codec: str) -> list[str]:
    """Decode Windows-1252, using Latin-1's invisible characters for its five undefined bytes."""
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
    """Decode a part's transfer encoding: its bytes, and any text below the base64 that isn't part of it."""
    name = encoding.strip(" \t\r\n\"';:").lower()
    if name.startswith(("quoted", "qp")):
        return binascii.a2b_qp(body), b""
    if name.startswith(("base64", "base-64", "b64", "x-gzip64")):
        return decode_base64(body)
    if name in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return (decode_uu(body) if b"begin " in body else body), b""
    return body, b""


def decode_base64(body: bytes) -> tuple[bytes, bytes]:
    """Decode as much base64 as possible, up to the last complete byte; also returns lines that aren't base64."""
    clean = body.translate(None, b"\r\n")
    if len(clean) % 4 == 0 and not clean.translate(None, BASE64 + b"=") and b"=" not in clean.rstrip(b"="):
        return binascii.a2b_base64(clean), b""
    lines, others = [], []
    has_ended = is_below_other = False
    for line in body.splitlines(keepends=True):
        stripped = line.strip()
        odd = len(stripped.translate(None, BASE64 + b"="))
        # Below the padding, or below a line that isn't base64, a short line without padding is probably words.
        shortest = SHORT_WORD if has_ended or odd else SINGLE_WORD if is_below_other else 0
        is_word = len(stripped) < shortest and (odd > 0 or not stripped.endswith(b"="))
        if odd * 7 > len(stripped) or b" " in stripped or is_word:
            others.append(line)
            is_below_other = is_below_other or bool(stripped)
        elif stripped:
            lines.append(stripped)
            has_ended, is_below_other = has_ended or stripped.endswith(b"="), False
    rest = b"".join(others)
    if len(rest) * 2 > len(body) or (len(body) < SHORT_WORD and len(body.translate(None, NOT_BASE64)) % 4):
        return body, b""  # it isn't base64, whatever the header says
    return _decode_lines(lines), rest


def _decode_lines(lines: list[bytes]) -> bytes:
    """If lines end on whole bytes, decode each line by itself so that damage stays within its line."""
    whole = sum(len(line) % 4 == 0 for line in lines[:-1])
    if whole * 2 >= len(lines) - 1:
        return b"".join(map(_whole_bytes, lines))
    return b"".join(map(_whole_bytes, re.split(rb"=+", b"".join(lines))))


def _whole_bytes(line: bytes) -> bytes:
    # A character that was replaced keeps its place; one that was inserted is dropped.
    if len(line) % 4 == 0:
        return _bytes_of(line.rstrip(b"=").translate(WITHOUT_ODD))
    bare = line.rstrip(b"=")
    padding = len(line) - len(bare)
    *broken, last = ODD.split(bare)
    before = b"".join(broken)
    if (len(before) + len(last) + padding) % 4 == 0 or not broken:
        return _bytes_of(before + last)
    # More was inserted or lost: align what precedes the damage from the left, and what follows from the right.
    return _bytes_of(before) + _bytes_of(last[(len(last) + padding) % 4 :])


def _bytes_of(clean: bytes) -> bytes:
    # Four characters make three bytes: a single one left over is worthless.
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def decode_uu(body: bytes) -> bytes:
    """Decode uuencoded text line by line; other lines stay as they are."""
    decoded: list[bytes] = []
    for line in body.splitlines():
        if UU_BEGIN.match(line) or line.strip() in {b"end", b"`", b""}:
            continue
        # The first character gives the number of bytes. Some programs write more, others strip trailing spaces.
        length = ((line[0] - 32) & 63) * 4 // 3 + 1
        try:
            if not length // 2 < len(line) <= length + 4:
                raise binascii.Error
            decoded.append(binascii.a2b_uu(line[: length + 2]))
        except binascii.Error:
            decoded.append(line + b"\n")
    return b"".join(decoded)
