"""Makes the HTML of e-mails safe to show: no scripts, styles or forms, and nothing loaded from elsewhere unless asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import nh3

from helpdesk.mail.html.bounds import bounded_html
from helpdesk.mail.html.quotation import MARK

TAGS = set(
    """
    a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
    figcaption
    figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub
    summary sup table
    tbody td tfoot th thead tr tt u ul var wbr font section article header footer
    """.split()
)
ATTRIBUTES = {
    "*": {"dir", "lang", "title", MARK},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
    "ol": {"start", "type"},
    "col": {"span"},
    "colgroup": {"span"},
}
# Removed with their contents; of other disallowed elements only the tags go.
DROPPED = {"script", "style", "title", "template", "embed", "iframe", "svg", "math"}
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
# Browsers ignore tabs and line ends within an address, and invisible characters around it.
IGNORED = re.compile(r"[\t\n\r]|^[\x00-\x20]+|[\x00-\x20]+$")
SIZE = re.compile(r"\d{1,4}%?")
SPAN = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class SafeHtml:
    """HTML that may be shown, and the number of remote images left out of it."""

    html: str
    blocked_images: int


def sanitise(html: str, *, images: Mapping[str, str] | None = None, shows_remote: bool = False) -> SafeHtml:
    """HTML without anything active; `images` maps a Content-ID to the address of the e-mail's own image.

    Remote images tell their server when and where an e-mail is read, so they are shown only if a person asks for them.
    """
    blocked: list[str] = []
    own = {content_id.lower(): address for content_id, address in (images or {}).items()}
    clean = nh3.clean(
        bounded_html(html),
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        attribute_filter=partial(_attribute, own=own, shows_remote=shows_remote, blocked=blocked),
        url_schemes=LINK_SCHEMES | {"cid"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
    )
    return SafeHtml(clean, len(blocked))


def _attribute(
    tag: str, name: str, value: str, *, own: Mapping[str, str], shows_remote: bool, blocked: list[str]
) -> str | None:
    """The safe form of an attribute's value; None drops the attribute."""
    if name == "href":
        return safe_link(value)
    if name == "src":
        address = IGNORED.sub("", value)
        if address.lower().startswith("cid:"):
            return own.get(address[4:].lower())
        remote = safe_link(address)
        if remote is None or not remote.startswith(("http:", "https:")):
            return None
        if not shows_remote:
            blocked.append(remote)
            return None
        return remote
    if name in {"width", "height"}:
        return value if SIZE.fullmatch(value) else None
    if name in {"colspan", "rowspan", "span", "start"}:
        return value if SPAN.fullmatch(value) else None
    return value


def safe_link(address: str) -> str | None:
    """A link's target; without a scheme, its text is taken for a host name. None if the link is not safe."""
    address = IGNORED.sub("", address)
    if re.match(r"[/\\]{2}", address):
        return f"https://{address.lstrip('/' + chr(92))}"
    match = SCHEME.match(address)
    if match:
        return address if match[1].lower() in LINK_SCHEMES else None
    return f"https://{address}" if re.match(r"www\.[\w.-]+\.\w", address) else None
