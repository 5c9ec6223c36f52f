"""Reauthenticates in a browser."""

import html
import re
from urllib.parse import parse_qs, urlsplit

from tests.teams.accounts import PASSWORD


def next_of(response):
    parts = urlsplit(response.headers.get("HX-Redirect") or response.url)
    assert parts.path == "/accounts/reauthenticate/"
    return parse_qs(parts.query)["next"][0]


def confirm(page, response, **said):
    """Reauthenticate, and continue."""
    sent = page.post(response.url, said or {"password": PASSWORD})
    assert sent.status_code == 302
    return page.get(sent.url)


def notice_of(shown):
    found = re.search(r'<form class="notice warning.*?</form>', shown.text, re.S)
    assert found
    fields = re.findall(
        r'name="([\w-]+)" value="([^"]*)"|<textarea name="([\w-]+)"[^>]*>(.*?)</textarea>', found[0], re.S
    )
    address = re.search(r'action="([^"]*)"', found[0])
    assert address
    return address[1], {name or typed: html.unescape(value or text) for name, value, typed, text in fields}
