"""What templates get besides the context of their view."""

from __future__ import annotations

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, str]:
    """The layout of a page about the person: the team's, if one is attached to the request, else the plain one."""
    if getattr(request, "is_about_person", False) and request.user.is_authenticated:  # a link may have logged them out
        return {"shell": "frame/app.html", "nav": "account"}
    return {"shell": "ui/plain.html"}
