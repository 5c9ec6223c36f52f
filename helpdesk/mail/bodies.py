"""The text of an e-mail, as plain text and HTML, and its attachments."""

from __future__ import annotations

import html as html_module
import re
from dataclasses import dataclass, field

from helpdesk.mail.encodings import decode_text, decode_transfer, decode_uu, is_binary
from helpdesk.mail.files.file_names import file_name
from helpdesk.mail.files.winmail import is_winmail, read_winmail
from helpdesk.mail.header_splitting import split_headers
from helpdesk.mail.headers import first_line
from helpdesk.mail.html.text import html_to_text
from helpdesk.mail.parsed import LONGEST_HTML, LONGEST_TEXT, MailAttachment
from helpdesk.mail.storable import bounded, storable, storable_line
from helpdesk.mail.structure import Part

LONGEST_LINE = 500  # characters in which CUSTOMARY is looked for
LONGEST_STRAY = 64 * 1024  # characters
LONGEST_HEAD = 20_000  # bytes of an attached e-mail in which to look for its subject
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
READABLE = {"text/plain", "text/html"}
# What mail programs write above the first part, for clients without MIME.
CUSTOMARY = re.compile(
    r"this is a (?:multi-?part|cryptographically signed)|\bmime\b|esta é uma mensagem (?:com|de) (?:várias|múltiplas)"
    r"|esta é uma mensagem multi|remaining parts are likely unreadable",
    re.I,
)
LONGEST_STUB = 600  # characters of a text that may only be a placeholder for the HTML
LONGEST_COMPARED = 256 * 1024  # characters of HTML
WORD = re.compile(r"\w+")
STUB = re.compile(
    r"\bhtml\b|visuali[zs]|n[aã]o (?:mostra|exibe|suporta|permite)|navegador|browser|web version|vers[aã]o web"
    r"|does(?:n['’]t| not) (?:show|support|display)|no (?:muestra|admite|soporta)|\bformat(?:o|ada|ted)?\b"
    r"|text version",
    re.I,
)
UU_FILE = re.compile(r"(?m)^begin [0-7]{3,4} (\S[^\n]{0,200})\n")
MOST_UU_FILES = 20


@dataclass
class Fragment:
    """One of several consecutive texts, in each form in which it was sent."""

    text: str = ""
    html: str = ""


@dataclass
class Content:
    """The contents of an e-mail.

    `text` is the plain text that was sent, else it is made from the HTML; `html` is empty if no HTML was sent;
    `stray_text` is text outside the parts, without the usual MIME preamble.
    """

    fragments: list[Fragment] = field(default_factory=list)
    attachments: list[MailAttachment] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)
    rich_texts: list[MailAttachment] = field(default_factory=list)  # used only if there is no other text
    text: str = ""
    html: str = ""
    stray_text: str = ""

    @property
    def has_html_alone(self) -> bool:
        """Whether some of the text was sent only as HTML, so that the HTML must be read too."""
        return any(part.html and not part.text.strip() for part in self.fragments)

    def join(self) -> None:
        """Join the fragments into one text and one HTML."""
        for part in self.fragments:
            self._drop_stub(part)
        texts = [part.text or html_to_text(part.html) for part in self.fragments]
        self.text = self._keep("\n\n".join(filter(str.strip, texts)), LONGEST_TEXT, "text/plain", "message.txt")
        if any(part.html for part in self.fragments):
            htmls = [part.html or _as_html(part.text) for part in self.fragments if part.html or part.text.strip()]
            self.html = self._keep("\n".join(htmls), LONGEST_HTML, "text/html", "message.html")
        strays = "\n".join(text for text in self.strays if text.strip())
        self.stray_text = self._keep(strays, LONGEST_STRAY, "text/plain", "more-text.txt")

    def _drop_stub(self, part: Fragment) -> None:
        """Drop a plain text that is only a placeholder for the HTML, or the beginning of it."""
        words = set(WORD.findall(part.text.casefold())) if part.html and len(part.text) < LONGEST_STUB else set()
        if not words or len(part.html) > LONGEST_COMPARED:
            return
        shown = html_to_text(part.html)
        in_html = set(WORD.findall(shown.casefold()))
        if len(in_html & words) * 2 >= len(in_html):
            return
        if len(in_html & words) * 5 < len(words) * 4:  # it differs from the HTML, so it is kept as well
            if STUB.search(part.text):
                self.strays.append(part.text)
            else:
                part.text = f"{part.text}\n\n{shown}"
                return
        part.text = ""

    def _keep(self, text: str, longest: int, kind: str, name: str, data: bytes = b"") -> str:
        """The text, cut to its limit; if it was cut, the whole is attached as a file."""
        kept, is_cut = bounded(text, longest)
        if is_cut:
            self.problems.add("text cut")
            self.attachments.append(MailAttachment(name, kind, data or text.encode("utf-8", "replace")))
        return kept

    def keep_part(self, text: str, kind: str, data: bytes) -> str:
        """The text of a part, cut to its limit; if it was cut, the original bytes are attached as a file."""
        if kind == "text/html":
            return self._keep(text, LONGEST_HTML, kind, "message.html", data)
        return self._keep(text, LONGEST_TEXT, kind, "message.txt", data)


def read_content(root: Part) -> Content:
    """Read a part and all parts below it."""
    content = Content()
    content.fragments = _read(root, content)
    if not content.fragments:
        content.attachments += content.rich_texts
        _read_other_text(content)
    content.join()
    content.attachments = _with_inline(content)
    return content


def _read(part: Part, content: Content, *, is_alternative: bool = False) -> list[Fragment]:
    content.problems |= part.problems
    content.strays += [_without_customary(decode_text(stray)) for stray in part.strays]
    if part.children:
        alternative = part.content_type == "multipart/alternative"
        below = [found for child in part.children for found in _read(child, content, is_alternative=alternative)]
        return _joined(below) if alternative else below
    data, rest = decode_transfer(part.body, part.value("content-transfer-encoding"))
    if rest.strip():
        content.strays.append(decode_text(rest))
    kind, charset = part.content_type, _charset(part)
    name = file_name(part)
    if kind in READABLE and not _is_file(part, name, content, is_alternative) and not is_binary(data, charset):
        return _fragment(kind, data, charset, content)
    if is_winmail(kind, name, data) and (found := read_winmail(data)):
        content.attachments += found.attachments
        if found.is_cut:
            content.problems.add("text cut")
        if found.is_cut or found.has_rich_text:
            kept = content.attachments if found.is_cut else content.rich_texts
            kept.append(_attachment(part, kind, name, data))
        return [Fragment(found.text, found.html)] if found.text or found.html else []
    if not data.strip() and not name:
        return []
    content.attachments.append(_attachment(part, kind, name, data))
    return []


def _without_customary(text: str) -> str:
    head, rest = text[:LONGEST_STRAY], text[LONGEST_STRAY:]
    return "\n".join(line for line in head.splitlines() if not CUSTOMARY.search(line[:LONGEST_LINE])) + rest


def _is_file(part: Part, name: str, content: Content, is_alternative: bool) -> bool:
    disposition = part.value("content-disposition").strip().lower()
    if disposition.startswith("attachment"):
        return True
    return bool(name) and not is_alternative and (bool(content.attachments) or disposition.startswith("inline"))


def _charset(part: Part) -> str:
    charset = part.parameters("content-type").get_param("charset", "")
    return charset[2] if isinstance(charset, tuple) else str(charset or "")


def _fragment(kind: str, data: bytes, charset: str, content: Content) -> list[Fragment]:
    if kind == "text/html" and not charset and (declared := META_CHARSET.search(data[:2_048])):
        charset = declared[1].decode("ascii")
    text = content.keep_part(decode_text(data, charset), kind, data)
    if kind == "text/plain" and "\nend" in text:
        text = _without_uu_files(text, content)
    if not text.strip():
        return []
    return [Fragment(html=text) if kind == "text/html" else Fragment(text=text)]


def _without_uu_files(text: str, content: Content) -> str:
    """Take out uuencoded files, which stand in the text itself."""
    kept, position = [], 0
    for _ in range(MOST_UU_FILES):
        begin = UU_FILE.search(text, position)
        end = text.find("\nend", begin.end() - 1) if begin else -1
        if begin is None or end == -1:
            break
        lines = text[begin.end() : end].split("\n")
        following = text[end + 4 : end + 5].strip()
        if following or not all(len(line) <= 80 and line[:1] <= "`" for line in lines):
            kept.append(text[position : begin.end()])
            position = begin.end()
            continue
        data = decode_uu("\n".join(lines).encode("cp1252", "replace"))
        content.attachments.append(
            MailAttachment(file_name(None, begin[1]) or "attachment.bin", "application/octet-stream", data)
        )
        kept.append(text[position : begin.start()])
        position = end + 4
    return "".join(kept) + text[position:]


def _joined(fragments: list[Fragment]) -> list[Fragment]:
    """Join alternative versions of one text."""
    if not fragments:
        return []
    texts = dict.fromkeys(part.text for part in fragments if part.text)
    htmls = dict.fromkeys(part.html for part in fragments if part.html)
    return [Fragment("\n\n".join(texts), "\n".join(htmls))]


def _read_other_text(content: Content) -> None:
    """If there is nothing to read, use the first text attachment as the text, and keep it as an attachment."""
    for found in content.attachments:
        if found.declared_type in {"text/enriched", "text/richtext", "text/markdown", "text/x-amp-html"}:
            text = storable(decode_text(found.data), LONGEST_TEXT)
            content.fragments = [Fragment(text=html_to_text(text) if "<" in text else text)]
            return


def _attachment(part: Part, kind: str, name: str, data: bytes) -> MailAttachment:
    content_id = storable_line(part.value("content-id"), 150).strip("<> ")
    return MailAttachment(name or _default_name(kind, data), storable_line(kind, 100), data, content_id)


def _default_name(kind: str, data: bytes) -> str:
    endings = {"message/rfc822": "eml", "text/calendar": "ics", "text/x-vcard": "vcf", "text/vcard": "vcf"}
    subtype = re.sub(r"[^a-z0-9]+", "", kind.partition("/")[2].removeprefix("x-"))[:8]
    if kind == "message/rfc822" and (subject := first_line(split_headers(data[:LONGEST_HEAD]).headers, "subject", 80)):
        return file_name(None, f"{subject}.eml")
    return f"attachment.{endings.get(kind, subtype or 'bin')}"


def _with_inline(content: Content) -> list[MailAttachment]:
    html = content.html
    referred = {html_module.unescape(found).lower() for found in re.findall(r"cid:([^\"'\s>)]{1,150})", html, re.I)}
    return [
        MailAttachment(each.name, each.declared_type, each.data, each.content_id, is_inline=True)
        if each.content_id and each.content_id.lower() in referred
        else each
        for each in content.attachments
    ]


def _as_html(text: str) -> str:
    escaped = html_module.escape(text.strip()).replace("\n", "<br>\n")
    return f"<p>{escaped}</p>" if escaped else ""
