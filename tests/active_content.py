"""Finds active content in HTML."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

ACTING_ELEMENTS = {"iframe", "object", "embed", "base", "style", "svg", "math", "animate", "body"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "srcset", "background", "poster"}
SAFE_SCHEMES = {"", "http", "https", "mailto"}


class Acting(HTMLParser):
    """Collects whatever would run, or leads to something that runs; `allowed` are the page's own elements."""

    def __init__(self, *allowed: str) -> None:
        super().__init__()
        self.allowed, self.found = set(allowed), list[str]()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag in ACTING_ELEMENTS - self.allowed or (tag == "script" and not self._is_ours(given)):
            self.found.append(tag)
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append(tag)
        for name, value in given.items():
            scheme = urlsplit(re.sub(r"[\x00-\x20\xad]", "", value)).scheme.lower() if name in ADDRESSES else ""
            if name.startswith("on") or name in {"style", "srcdoc"} or scheme not in SAFE_SCHEMES:
                self.found.append(f"{tag} {name}={value}")

    def _is_ours(self, given):
        return "script" in self.allowed and (
            given.get("src", "").startswith("/static/") or given.get("type") in {"application/json", "text/template"}
        )


def acting(text, *allowed):
    """The active content in this HTML."""
    parser = Acting(*allowed)
    parser.feed(text)
    parser.close()
    return parser.found
