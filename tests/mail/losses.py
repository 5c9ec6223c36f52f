"""Finds text of an e-mail that was lost in parsing, by comparing bytes and result without using the parser.

A line of the body is lost if it has words and none of them is in the result (text, HTML, stray text, files), neither as
they are nor decoded from quoted-printable. A block of base64 is lost if its bytes are in no file and its words in no
text. Not counted: boundaries, headers of parts, and the customary sentence above the first part.

In an e-mail that was damaged on purpose, headers may be anywhere, so lines that start or continue like a header do not
count, nor do lines that are mostly noise. Base64 may have become text there; it is compared without invisible
characters.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from helpdesk.mail.bodies import CUSTOMARY
from helpdesk.mail.parsed import ParsedEmail
from helpdesk.nfc import to_nfc

WORD = re.compile(r"[A-Za-z]{4,}")
BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
LONG_PIECE = 9  # least characters of a line of uuencode
LEAST_SIGNS = 5  # characters needed to recognize bytes in a text
CHUNK = 8  # characters
UU_BEGIN = re.compile(r"begin [0-7]{3,4} .*")
SHORTEST_BLOCK = 16  # least characters of a line that counts as base64 on its own
HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
HEADER_OR_PARAMETER = re.compile(rb"[^A-Za-z]{0,2}[A-Za-z][!-9;-<>-~]*[ \t]*[:=]")
UNSEEN = re.compile(r"[^!-~\u00a0-\U0010ffff]|\ufffd")
BLANK_LINE = re.compile(rb"\r*\n\r*\n")
CHARSETS = "utf-8 utf-16 utf-16-be cp1252 koi8_r cp1251 gb18030 big5 iso2022_jp euc_jp cp932 cp949 utf-7".split()


def lost_lines(raw: bytes, parsed: ParsedEmail, *, is_damaged: bool = False) -> list[str]:
    """The lines, and the beginnings of blocks, that cannot be found."""
    files = b"\n".join(each.data for each in parsed.attachments)
    texts = "\n".join((parsed.subject, parsed.text, parsed.html, parsed.stray_text)) + "\n" + files.decode("latin-1")
    names = " ".join(each.name for each in parsed.attachments)
    known = set(WORD.findall(texts)) | set(WORD.findall(names))
    lost = []
    readable = UNSEEN.sub("", texts) if is_damaged else ""
    for lines in _body_lines(raw, is_damaged=is_damaged):
        is_block = len(lines) > 1 or BASE64_LINE.fullmatch(lines[0])
        if is_block and _is_block_known(b"".join(lines), files, texts):
            continue
        for line in lines:
            if is_damaged and (_is_noise(line) or HEADER_OR_PARAMETER.match(line.replace(b"\0", b""))):
                continue
            if not _is_line_known(line, known, texts, files) and not _is_chunk_known(line, files, texts, readable):
                lost.append(line.decode("latin-1"))
    return lost


def _is_noise(line: bytes) -> bool:
    return sum(byte < 32 or byte > 126 for byte in line) * 5 > len(line)


def _body_lines(raw: bytes, *, is_damaged: bool) -> Iterator[list[bytes]]:
    """The lines that should be found; consecutive lines of base64 are one block."""
    raw = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    start = BLANK_LINE.search(raw)
    block: list[bytes] = []
    in_headers = False
    goes_on = False  # continues a line that may be a header
    for line in raw[start.end() :].split(b"\n") if start else ():
        bare = line.strip()
        goes_on = is_damaged and (HEADER_LINE.match(line) is not None or (goes_on and line[:1] in {b" ", b"\t"}))
        if goes_on and not HEADER_LINE.match(line):
            continue
        if not in_headers and BASE64_LINE.fullmatch(bare) and (len(bare) >= SHORTEST_BLOCK or block):
            block.append(bare)
            continue
        if block:
            yield block
        block = []
        if bare.startswith(b"--"):
            in_headers = True
        elif in_headers and (HEADER_LINE.match(line) or line[:1] in b" \t"):
            in_headers = bool(bare)
        elif bare:
            in_headers = False
            yield [bare]
        else:
            in_headers = False
    if block:
        yield block


def _is_line_known(line: bytes, known: set[str], texts: str, files: bytes) -> bool:
    if b"\r" in line:
        return any(_is_line_known(part.strip(), known, texts, files) for part in line.split(b"\r") if part.strip())
    text = line.decode("latin-1")
    if CUSTOMARY.search(text) or UU_BEGIN.fullmatch(text):
        return True
    readings = (text, binascii.a2b_qp(line).decode("latin-1"))
    words = [WORD.findall(reading) for reading in readings]
    if _uu_bytes(line) in files:
        return True
    # A soft line break of quoted-printable may split a word.
    return not all(words) or any(word in known or word[1:] in texts for found in words for word in found)


def _is_chunk_known(line: bytes, files: bytes, texts: str, readable: str) -> bool:
    """Whether some bytes of a damaged line of base64 are found, at whatever offset its groups of four start."""
    *broken, last = line.split(b"\r")
    if broken:
        return any(_is_chunk_known(part.strip(), files, texts, readable) for part in (*broken, last) if part.strip())
    if len(line) >= LONG_PIECE and line in files:
        return True
    size = min(CHUNK, len(line) // 4 * 4)
    for start in range(len(line) - size + 1 if size and b" " not in line else 0):
        if BASE64_LINE.fullmatch(chunk := line[start : start + size]):
            data = binascii.a2b_base64(chunk + b"=" * (-len(chunk) % 4))
            if data in files or data.decode("utf-8", "replace") in texts:
                return True
    return _is_readable(line, readable)


def _is_readable(line: bytes, readable: str) -> bool:
    """Whether the decoded start of a line of base64 is in a text, ignoring invisible characters."""
    if not readable or not BASE64_LINE.fullmatch(line):
        return False
    data = binascii.a2b_base64(line[: len(line) // 4 * 4])
    signs = to_nfc(UNSEEN.sub("", data.decode("cp1252", "replace")))
    return signs[:LEAST_SIGNS] in readable  # true if nothing readable is left


def _uu_bytes(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line) or line
    except binascii.Error:
        return line


def _is_block_known(block: bytes, files: bytes, texts: str) -> bool:
    """Whether the first and last bytes are in a file, or the first and last words in a text."""
    data = b"".join(
        binascii.a2b_base64(part + b"=" * (-len(part) % 4)) for part in re.split(rb"=+", block) if len(part) % 4 != 1
    )
    if (data[:30] in files and data[-8:] in files) or block[:40] in files:
        return True
    for charset in CHARSETS:
        letters = data.decode(charset, "ignore").split()
        if letters and to_nfc(letters[0]) in texts and to_nfc(letters[-1].strip("\0")) in texts:
            return True
    return False
