"""Stores messages until the page that shows them: in a cookie, or in the session if they are long."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's cookie storage with a `__Host-` cookie, which browsers accept from this very host only."""

    cookie_name = "__Host-messages" if settings.IS_HTTPS else "messages"


class MessageStorage(FallbackStorage):
    """Django's default storage, with that cookie."""

    storage_classes = (HostCookieStorage, SessionStorage)
