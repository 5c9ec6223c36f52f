"""Bytes as text: no character set and no transfer encoding stops an e-mail, be it named wrongly or not at all."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata

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
MOSTLY_ASCII = 0.4  # share of other bytes, up to which a text is of a Latin alphabet
WIDE_ASCII = 0.8  # share of ASCII that no text of two bytes a sign has, unless it is a word or two
SHORTEST_GUESSED = 16  # bytes from which that can be told
CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])
NOT_ASCII = bytes({*range(256)} - {*range(32, 127), *b"\t\r\n"})
WIDE = ("utf-16", "utf-32")  # character sets of several bytes a sign
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UNWRITTEN = {"Cc", "Cn", "Co", "Cs"}  # kinds of signs that no text has, but for the ends of its lines
SIGNATURES = (b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04")  # of files that may look like text
SAMPLE = 2_048  # bytes from which a character set is guessed
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ODD = re.compile(rb"[^A-Za-z0-9+/]+")
UU_BEGIN = re.compile(rb"begin [0-7]{3,4}(?: |$)")
NOT_BASE64 = bytes(set(range(256)) - set(BASE64))
WITHOUT_ODD = bytes(byte if byte in BASE64 else ord("A") for byte in range(256))
SHORT_WORD = 60  # characters of a line below the padding that are rather a word than another block
SINGLE_WORD = 20  # characters of one below a line that is no base64


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
    return (
        found.name if is_text and found.name not in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"} else ""
    )


def decode_text(data: bytes, charset: str = "") -> str:
    """The text, by the character set that is named, by UTF-8, or by a guess. Never fails."""
    data = data.removeprefix(codecs.BOM_UTF8)
    codec = codec_of(charset)
    has_mark = data.startswith(MARKS) and not _is_narrow(data)
    if codec.startswith(WIDE) and not _is_wide(data):
        codec = ""
    # UTF-8 that is called Latin 1 is frequent, Latin 1 that could be UTF-8 does not occur.
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
        # A text that was damaged still has more letters of its character set than faults; one of another has none.
        if sum(sign > "\x7f" for sign in text) > 2 * errors and name != "utf-7":
            return text
    guess = codec if codec and not codec.startswith("utf") else _guess(data)
    return "".join(_decoded_bytewise(data, guess)) if guess == "cp1252" else data.decode(guess, "replace")


def is_binary(data: bytes, charset: str) -> bool:
    """Whether bytes are no text at all, whatever they are called."""
    sample, codec = data[:SAMPLE], codec_of(charset)
    if sample.startswith(SIGNATURES):
        return True
    if not (codec.startswith(WIDE) and _is_wide(data)):
        return len(sample.translate(None, CONTROLS)) < 0.9 * len(sample)
    signs = "".join(sample.decode(codec, "replace").split())
    return sum(sign == "\ufffd" or unicodedata.category(sign) in UNWRITTEN for sign in signs) > 0.1 * len(signs)


def _is_wide(data: bytes) -> bool:
    """Whether bytes may be a text of two bytes a sign: it has blanks and line ends, of which one byte is nought."""
    return (data.startswith(MARKS) or data.count(b"\0") * 50 >= len(data)) and not _is_narrow(data)


def _is_narrow(data: bytes) -> bool:
    """Whether bytes are letters of one byte each, even if a mark or a character set says that they are not."""
    sample = data[:SAMPLE].translate(None, MARKS[0])
    return len(sample) > SHORTEST_GUESSED and len(sample.translate(None, NOT_ASCII)) > WIDE_ASCII * len(sample)


def _hides_escapes(text: str) -> bool:
    """Whether ISO-2022 was read as ASCII, since it is made of the same bytes."""
    return "\x1b$" in text or "\x1b(" in text


def _guess(data: bytes) -> str:
    at = next((place for place, byte in enumerate(data[: SAMPLE * 8]) if byte > 127), 0)
    sample = data[max(0, at - SAMPLE // 2) :][:SAMPLE]
    if sum(byte > 127 for byte in sample) < MOSTLY_ASCII * len(sample):
        return "cp1252"  # in which Portuguese is written; a guess takes Romanian for as likely
    try:
        best = from_bytes(sample, steps=2, chunk_size=512, cp_isolation=GUESSED, preemptive_behaviour=False).best()
    except Exception:  # a guess, for which no mail may be lost
        return "cp1252"
    # As above: a few bytes may be taken for two a sign where not one of them is nought.
    is_wide = best is not None and best.encoding.startswith("utf_16") and b"\0" not in data
    return best.encoding if best is not None and not is_wide else "cp1252"


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
        return (decode_uu(body) if b"begin " in body else body), b""
    return body, b""


def decode_base64(body: bytes) -> tuple[bytes, bytes]:
    """Base64 as far as it goes, to the last whole byte of what was cut off; and the lines among it that are none."""
    clean = body.translate(None, b"\r\n")
    if len(clean) % 4 == 0 and not clean.translate(None, BASE64 + b"=") and b"=" not in clean.rstrip(b"="):
        return binascii.a2b_base64(clean), b""
    lines, others = [], []
    has_ended = is_below_other = False
    for line in body.splitlines(keepends=True):
        stripped = line.strip()
        odd = len(stripped.translate(None, BASE64 + b"="))
        # Below the padding, or a line that is none, a short line without any is rather a word than another block.
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
        return body, b""  # it is no base64, whatever it is called
    return _decode_lines(lines), rest


def _decode_lines(lines: list[bytes]) -> bytes:
    """Where lines end between whole bytes, each by itself, so that what is damaged in one damages no other."""
    whole = sum(len(line) % 4 == 0 for line in lines[:-1])
    if whole * 2 >= len(lines) - 1:
        return b"".join(map(_whole_bytes, lines))
    return b"".join(map(_whole_bytes, re.split(rb"=+", b"".join(lines))))


def _whole_bytes(line: bytes) -> bytes:
    # A character that was changed keeps its place; one that was put in goes.
    if len(line) % 4 == 0:
        return _bytes_of(line.rstrip(b"=").translate(WITHOUT_ODD))
    bare = line.rstrip(b"=")
    padding = len(line) - len(bare)
    *broken, last = ODD.split(bare)
    before = b"".join(broken)
    if (len(before) + len(last) + padding) % 4 == 0 or not broken:
        return _bytes_of(before + last)
    # More than that was put in, or is gone: up to there it counts from the left, from there on from the right.
    return _bytes_of(before) + _bytes_of(last[(len(last) + padding) % 4 :])


def _bytes_of(clean: bytes) -> bytes:
    # Four characters are three bytes: of one alone nothing can be made.
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def decode_uu(body: bytes) -> bytes:
    """What was written by uuencode, each line by itself; a line that is of another kind stays as it is."""
    decoded: list[bytes] = []
    for line in body.splitlines():
        if UU_BEGIN.match(line) or line.strip() in {b"end", b"`", b""}:
            continue
        # The first character says how many bytes there are. Some programs write more, some leave out blanks at the end.
        length = ((line[0] - 32) & 63) * 4 // 3 + 1
        try:
            if not length // 2 < len(line) <= length + 4:
                raise binascii.Error
            decoded.append(binascii.a2b_uu(line[: length + 2]))
        except binascii.Error:
            decoded.append(line + b"\n")
    return b"".join(decoded)
