"""File names from senders, made safe to show, to store and to offer for download."""

from __future__ import annotations

import re
from email.utils import collapse_rfc2231_value

from helpdesk.mail.encodings import decode_text
from helpdesk.mail.headers import decode_words
from helpdesk.mail.storable import storable_line
from helpdesk.mail.structure import Part

LONGEST_NAME = 120
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)  # reserved by Windows
RAW_NAME = re.compile(r"(?:file)?name\s*=\s*\"?([^\";\n]+)", re.I)


def file_name(part: Part | None, given: str = "") -> str:
    """The name of a part's file; empty if it has none."""
    name = given or _declared(part)
    name = storable_line(name, 2_000).replace("\\", "/").rpartition("/")[2]
    name = UNSAFE.sub("_", name).strip(" .")
    if not name:
        return ""
    name = f"_{name}" if RESERVED.match(name) or name.startswith("-") else name
    stem, dot, ending = name.rpartition(".")
    if dot and stem and 0 < len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip()}.{ending}"
    return name[:LONGEST_NAME].rstrip()


def _declared(part: Part | None) -> str:
    if part is None:
        return ""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = part.parameters(header).get_param(parameter, "", header) or ""
            name = _rfc2231(value) if isinstance(value, tuple) else value
        except Exception:  # the library raises all kinds of errors
            match = RAW_NAME.search(part.value(header)[:4_000])
            name = match[1] if match else ""
        if name:
            return decode_words(name.encode("utf-8", "surrogateescape"))
    return ""


def _rfc2231(value: tuple[str | None, str | None, str]) -> str:
    charset, _, raw = value
    try:
        data = raw.encode("latin-1")
    except UnicodeEncodeError:
        return collapse_rfc2231_value(value)
    return decode_text(data, charset or "")
