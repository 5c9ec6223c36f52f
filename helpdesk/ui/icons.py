"""Icons, drawn for this product on a 24-pixel grid."""

from __future__ import annotations

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {
    "inbox": "M4 13h4l2 3h4l2-3h4M4 13l3-8h10l3 8v6H4z",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0",
    "team": "M9 11a3 3 0 1 0 0-7 3 3 0 0 0 0 7zM3 19a6 6 0 0 1 12 0M16 4.5a3 3 0 0 1 0 6M18 13.5a6 6 0 0 1 3 5.5",
    "plug": "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
    "more": "M5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM19 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
    "check": "M5 12l5 5 9-11",
    "plus": "M12 5v14M5 12h14",
    "close": "M6 6l12 12M18 6L6 18",
    "alert": "M12 4l9 16H3zM12 10v4M12 17h.01",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "list": "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
    "sparkle": "M12 3l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
    "hand": "M8 12V6a1.5 1.5 0 0 1 3 0v5M11 10V4.5a1.5 1.5 0 0 1 3 0V11M14 10V6a1.5 1.5 0 0 1 3 0v8"
    "a6 6 0 0 1-11 3l-2.5-4a1.5 1.5 0 0 1 2.5-1.6L8 13",
    "dots": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12h.01M12 12h.01M16 12h.01",
    "hourglass": "M7 3h10M7 21h10M8 3c0 5 8 5 8 9s-8 4-8 9M16 3c0 5-8 5-8 9s8 4 8 9",
    "chart": "M4 20h16M7 16v-5M12 16V6M17 16v-8",
    "book": "M5 4h6a2 2 0 0 1 2 2v14a2 2 0 0 0-2-2H5zM19 4h-4a2 2 0 0 0-2 2v14a2 2 0 0 1 2-2h4z",
    "learners": "M12 4l10 5-10 5L2 9zM6 11.5V16c3 2.7 9 2.7 12 0v-4.5",
    "tag": "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
    "mail": "M4 6h16v12H4zM4 7l8 6 8-6",
    "chat": "M4 5h16v11H9l-5 4z",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "bookmark": "M6 3h12v18l-6-5-6 5z",
    "edit": "M4 20h4L20 8l-4-4L4 16z",
    "link": "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    "out": "M14 4h6v16h-6M10 8l-4 4 4 4M6 12h9",
    "left": "M14.5 6l-6 6 6 6",
    "right": "M9.5 6l6 6-6 6",
    "bolt": "M13 3L5 14h6l-1 7 8-11h-6z",
    "reply": "M9 7l-5 5 5 5M4 12h9a7 7 0 0 1 7 6",
    "down": "M7 10l5 5 5-5",
    "eye": "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "back": "M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-3",
    "flag": "M6 21V4h11l-2.5 4 2.5 4H6",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "half": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v8M15 9.5v5",
    "play": "M4 5h16v14H4zM10 9l5 3-5 3z",
    "download": "M12 4v10M8 10.5l4 4 4-4M5 19h14",
    "question": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.6 9.4a2.5 2.5 0 1 1 3.6 2.4c-.8.4-1.2.9-1.2 1.7M12 16.6h.01",
    "key": "M8 20a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 13l8-8M16 8l3 3M13.5 10.5l2 2",
    "card": "M3.5 6h17v12h-17zM3.5 10h17M7 14.5h3",
    "camera": "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "clip": "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L14.5 7.5",
    "glad": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 14a4.5 4.5 0 0 0 8 0M9 10h.01M15 10h.01",
    "soso": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 15h7M9 10h.01M15 10h.01",
    "sad": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 16a4.5 4.5 0 0 1 7 0M9 10h.01M15 10h.01",
    "offline": "M4 4l16 16M5 12a10 10 0 0 1 5-2.7M19 12a10 10 0 0 0-4.5-2.5M8.5 15.5a5 5 0 0 1 6-.6M12 19h.01",
    "bell": "M6 17v-6a6 6 0 0 1 12 0v6l2 1H4zM10 21h4",
    "door": "M5 20h14M7 20V4h10v16M14 12h.01",
    "star": "M12 4l2.5 5.2 5.5.8-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.5-.8z",
    "seal": "M12 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM9 13.5l-1 7 4-2.3 4 2.3-1-7",
    "switch": "M7 4L3 8l4 4M3 8h14M17 12l4 4-4 4M21 16H7",
    "merge": "M6 4v4a6 6 0 0 0 6 6h6M14 10l4 4-4 4M6 20v-6",
}


@cache
def icon(name: str) -> SafeString:
    """An icon hidden from screen readers; the text beside it says the same."""
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])
