"""The person's language and time zone, and no caching of pages that depend on a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from helpdesk.teams.models import Membership, User


def language_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Use the language that the person chose, if any; requests without a session need no query."""

    def in_their_language(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return in_their_language


def no_store_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let no browser or proxy store a response for which the session was read."""

    def not_stored(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return not_stored


@contextmanager
def localized_for(membership: Membership) -> Iterator[None]:
    """Use the member's language and time zone, for messages to them outside of their own requests."""
    language = membership.user.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(membership.zone):
        yield


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Switch the language from any page; it is saved for people who are logged in."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)
