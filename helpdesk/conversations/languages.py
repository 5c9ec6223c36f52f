"""In which language a learner is written to, and their page speaks where their browser asks for none that we have."""

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
    """The learner's own, which their browser asked for when they last sent something; else the course's or team's.

    These are the languages of the first reply of the course and of that of all courses; else the installation's.
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
    """Words in this language, or the one in which the learner is written to, and times in the team's zone."""
    with translation.override(language or language_of(ticket)), timezone.override(ticket.team.zone):
        yield


def asked_language(request: HttpRequest) -> str:
    """The first of the languages that a browser asks for which we have, by its header alone; empty where none is."""
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if language == "*":
            break
        try:
            return translation.get_supported_language_variant(language)
        except LookupError:
            continue
    return ""


def note_language(learner: Learner, request: HttpRequest) -> None:
    """Whoever sent this reads the language that their browser asks for: from now on they are written to in it."""
    if language := asked_language(request):
        Learner.objects.filter(pk=learner.pk, erased_at=None).exclude(language=language).update(language=language)
