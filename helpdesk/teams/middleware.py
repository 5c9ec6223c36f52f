"""Pages in the language that a person chose."""

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
    """Speak the person's own language, where they chose one; a request without a session costs nothing."""

    def in_their_language(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return in_their_language


def no_store_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Have no browser and no proxy keep an answer for which the session was looked at."""

    def not_stored(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return not_stored


@contextmanager
def localized_for(membership: Membership) -> Iterator[None]:
    """Words in the member's language and times in their zone, for what is written to them outside a request."""
    language = membership.user.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(membership.zone):
        yield


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Switch the language from any page; whoever is logged in has it kept."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)
