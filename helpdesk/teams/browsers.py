"""Names of browsers by their user agents, only so that people can tell theirs apart."""

from __future__ import annotations

from django.http import HttpRequest

# Parts of user agents. Browsers that also name others come before those.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
}
BROWSERS |= {"CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Windows": "Windows",
    "Linux": "Linux",
}


def user_agent_of(request: HttpRequest) -> str:
    """The browser's user agent, cut to the 200 characters that are stored."""
    return request.headers.get("User-Agent", "").replace("\0", "")[:200]


def browser_name(user_agent: str) -> str:
    """Such as “Chrome · Android”; unknown parts are left out."""
    named = [next((name for sign, name in signs.items() if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named))
