"""The WSGI application that the production server runs."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from helpdesk.operations.charsets import hide_unreadable_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django's, behind what it does not get to see."""
    return django_application(hide_unreadable_charset(environ), start_response)
