"""Where a message waits for the page that shows it: in a cookie, or in the session where it is long."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """A cookie that the browser takes from this host alone."""

    cookie_name = "__Host-messages" if settings.IS_HTTPS else "messages"


class MessageStorage(FallbackStorage):
    """Django's own choice, with that cookie."""

    storage_classes = (HostCookieStorage, SessionStorage)
