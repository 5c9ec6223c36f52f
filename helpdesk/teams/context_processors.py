"""What templates know of a request beside what its view tells."""

from __future__ import annotations

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, str]:
    """The frame of a page about the person: the team's, where there is one at hand, else the plain one."""
    if getattr(request, "is_about_person", False) and request.user.is_authenticated:  # a link may log somebody out
        return {"shell": "ui/app.html", "nav": "account"}
    return {"shell": "ui/plain.html"}
