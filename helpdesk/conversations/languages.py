"""The language of e-mails to a learner, and of their page if their browser asks for no language that we have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from helpdesk.conversations.models import FirstReply
from helpdesk.courses.models import Learner
from helpdesk.tickets.models import Ticket


def language_of(ticket: Ticket) -> str:
    """The learner's language, as their browser asked for when they last sent something; else the course's or team's.

    Those are the languages of the first replies for the course and for all courses; without them, the installation's.
    """
    if ticket.learner.language in dict(settings.LANGUAGES):
        return ticket.learner.language
    replies = FirstReply.objects.for_team(ticket.team_id).exclude(language="")
    languages: dict[int | None, str] = dict(replies.filter(_is_of(ticket)).values_list("course", "language"))
    return languages.get(ticket.course_id) or languages.get(None) or settings.LANGUAGE_CODE


def _is_of(ticket: Ticket) -> Q:
    return Q(course=None) | Q(course=ticket.course_id) if ticket.course_id else Q(course=None)


@contextmanager
def localized_for_ticket(ticket: Ticket, language: str = "") -> Iterator[None]:
    """Use this language, or the learner's, and the team's time zone."""
    with translation.override(language or language_of(ticket)), timezone.override(ticket.team.zone):
        yield


def asked_language(request: HttpRequest) -> str:
    """The first language in the Accept-Language header that we have; empty if none."""
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if language == "*":
            break
        try:
            return translation.get_supported_language_variant(language)
        except LookupError:
            continue
    return ""


def note_language(learner: Learner, request: HttpRequest) -> None:
    """Remember the language that the learner's browser asks for; from now on we write to them in it."""
    if language := asked_language(request):
        Learner.objects.filter(pk=learner.pk, erased_at=None).exclude(language=language).update(language=language)
