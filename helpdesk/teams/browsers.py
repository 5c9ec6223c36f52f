"""What a browser is, as its user agent says: for a person to tell theirs apart, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest

# As their user agents name them, those first that others name as well.
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
    """What the browser says of itself, as far as it is kept."""
    return request.headers.get("User-Agent", "").replace("\0", "")[:200]


def browser_name(user_agent: str) -> str:
    """“Chrome · Android”; empty where it is none that is known."""
    named = [next((name for sign, name in signs.items() if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named))
