"""Makes the product installable as an app: its manifest, its service worker, and the offline page.

All are the same for everybody with the same language, and read no session.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

PAPER = "#fbfaf7"  # --paper of tokens.css in light mode; document.html also names that of dark mode
SHELL = ["css/helpdesk.css", "js/helpdesk.js", "django_htmx/htmx-2.min.js", "icon.svg"]
ICONS = [  # file, size in pixels, purpose; made from icon.svg by `make icons`
    ("icons/icon-192.png", 192, "any"),
    ("icons/icon-512.png", 512, "any"),
    ("icons/maskable-512.png", 512, "maskable"),
]
BADGE = "icons/badge-96.png"


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """The app's name and appearance. Source: W3C, Web Application Manifest."""
    with _speaking(language):
        described = {
            "id": "/",
            "name": "Helpdesk",
            "short_name": "Helpdesk",
            "description": _("Help requests from your learners, in one calm place."),
            "lang": language,
            "dir": "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "categories": ["business", "productivity"],
            "icons": [
                {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for name, size, purpose in ICONS
            ],
        }
    return JsonResponse(
        described,
        json_dumps_params={"ensure_ascii": False},
        content_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def service_worker(request: HttpRequest, language: str) -> HttpResponse:
    """The service worker's script, which lists the files to cache. Browsers fetch it again at each visit."""
    shell = json.dumps(_shell(language))
    script = f"self.SHELL = {shell};\nimportScripts({json.dumps(static('service-worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """The page shown instead of any other while offline."""
    return HttpResponse(_offline_page(language), headers={"Cache-Control": "no-cache"})


def _speaking(language: str) -> Any:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return translation.override(language)


def _shell(language: str) -> dict[str, Any]:
    """The files that the service worker caches; the version changes whenever one of them does."""
    files = [static(name) for name in SHELL]
    page = _offline_page(language)
    version = hashlib.sha256("\n".join([*files, page]).encode()).hexdigest()[:16]
    return {
        "version": version,
        "offline": reverse("offline", args=[language]),
        "files": files,
        "icon": static(ICONS[0][0]),
        "badge": static(BADGE),
    }


@cache
def _offline_page(language: str) -> str:
    with _speaking(language):
        return render_to_string("ui/offline.html")
