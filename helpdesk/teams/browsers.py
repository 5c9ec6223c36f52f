"""What a browser is, as its user agent says: for a person to tell theirs apart, and nothing else."""

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


def browser_name(user_agent: str) -> str:
    """“Chrome · Android”; empty where it is none that is known."""
    named = [next((name for sign, name in signs.items() if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named))
