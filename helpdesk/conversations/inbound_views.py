"""E-mails that fitted nothing: seen safely, filed, made a ticket, ignored; and each as it came."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversations.actions import inbound as decisions
from helpdesk.conversations.actions.ignoring import MOST, held_of_sender, ignore_all_of_sender
from helpdesk.conversations.attachment_views import download_of
from helpdesk.conversations.forms import FileEmailForm
from helpdesk.conversations.inbound.pictures import pictures_of
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.suggestions import suggest_tickets
from helpdesk.conversations.inbound.threads import member_of
from helpdesk.conversations.link_texts import without_tokens
from helpdesk.conversations.mail.html import sanitise
from helpdesk.conversations.mail.html_quotation import collapse_html
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.sent_texts import sent_texts
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.ui.keyset import Order, read_place, write_place
from helpdesk.ui.responses import HttpResponseSeeOther

PAGE_SIZE = 50
NEWEST_FIRST = Order(("received_at", "id"), is_descending=True)
State = InboundEmail.State
# As nh3 writes them, with every value in quotation marks.
IMAGE = re.compile(r'<img(?: [a-z-]+="[^"]*")*>')
ALTERNATIVE = re.compile(r' alt="([^"]*)"')
TABS = {"held": [State.HELD, State.FAILED], "ignored": [State.IGNORED]}


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def unfiled(request: TeamRequest) -> HttpResponse:
    """Those that wait for a decision, or that need none, the newest first; where others are asked for, none."""
    tab = request.GET.get("show", "held")
    place = read_place(request.GET.get("before", ""), NEWEST_FIRST, InboundEmail)
    found = InboundEmail.objects.for_team(request.team).filter(state__in=TABS.get(tab, [])).defer("raw", "undo")
    rows = list(NEWEST_FIRST.sort(NEWEST_FIRST.after(found.select_related("ticket"), place))[: PAGE_SIZE + 1])
    context = {
        "nav": "unfiled",
        "tab": tab,
        "emails": rows[:PAGE_SIZE],
        "older_than": write_place(NEWEST_FIRST.place_of(rows[PAGE_SIZE - 1])) if len(rows) > PAGE_SIZE else None,
    }
    return render(request, "conversations/unfiled.html", context)


def _find(request: TeamRequest, pk: int) -> InboundEmail:
    emails = InboundEmail.objects.for_team(request.team)
    return get_object_or_404(emails.select_related("mailbox", "team", "ticket", "message", "decided_by"), pk=pk)


def _show(request: TeamRequest, email: InboundEmail, *, status: int = 200, **more: Any) -> HttpResponse:
    reading = Reading(email, sent_texts(email.ticket) if email.ticket else None)
    html, blocked_images = _safe_html(reading)
    is_open = decisions.can_be_decided(email)
    context = {
        "nav": "unfiled",
        "email": email,
        "parsed": reading.parsed,
        "words": reading.words,
        "html": html,
        "blocked_images": blocked_images,
        "is_open": is_open,
        "is_from_member": is_open and member_of(reading) is not None,
        "can_open": is_open and decisions.may_be_opened(reading),
        "can_split": decisions.can_be_split(email),
        "can_be_reply": decisions.can_be_reply(reading),
        "can_be_note": decisions.can_be_note(email),
        "can_ignore": decisions.can_be_ignored(email),
        "can_undo": decisions.can_be_undone(email),
        "same_sender": held_of_sender(email)[:MOST].count() if is_open else 0,
        "suggestions": suggest_tickets(reading) if is_open else [],
        "form": FileEmailForm(),
    }
    return render(request, "conversations/inbound_email.html", context | more, status=status)


def _safe_html(reading: Reading) -> tuple[SafeString, int]:
    """Its HTML as it may be shown, with quotations marked; empty where it has none."""
    if not reading.parsed.html:
        return SafeString(""), 0
    images = pictures_of(reading)
    safe = sanitise(collapse_html(reading.parsed.html, reading.parsed.subject, reading.known).html, images=images)
    shown = without_tokens(IMAGE.sub(_without_empty, safe.html))
    return mark_safe(shown), safe.blocked_images  # noqa: S308 - made safe by nh3


def _without_empty(image: re.Match[str]) -> str:
    """The picture; of one that is not shown, what stands for it."""
    if ' src="' in image[0]:
        return image[0]
    alternative = ALTERNATIVE.search(image[0])
    return alternative[1].replace("<", "&lt;") if alternative else ""


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def inbound_email(request: TeamRequest, pk: int) -> HttpResponse:
    """One of them, whatever became of it."""
    return _show(request, _find(request, pk))


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def email_of_message(request: TeamRequest, pk: int) -> HttpResponse:
    """The whole e-mail that a message of a ticket was."""
    found = InboundEmail.objects.for_team(request.team).filter(message=pk).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return redirect("inbound_email", request.team.slug, found)


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def raw_email(request: TeamRequest, pk: int) -> HttpResponse:
    """The bytes as they came, as a download."""
    return download_of(_find(request, pk))


def _decide(request: TeamRequest, pk: int, do: Callable[[InboundEmail], InboundEmail], done: str) -> HttpResponse:
    email = _find(request, pk)
    try:
        decided = do(email)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return _show(request, _find(request, pk), status=409)
    if done:
        messages.success(request, done % {"ticket": decided.ticket or ""})
    return HttpResponseSeeOther(reverse("inbound_email", args=[request.team.slug, pk]))


@require_POST
@team_view(Permission.TICKET_CHANGE)
def file_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Into the ticket of this number."""
    form = FileEmailForm(request.POST)
    if not form.is_valid():
        return _show(request, _find(request, pk), status=422, form=form)
    ticket = Ticket.objects.for_team(request.team).filter(number=form.cleaned_data["number"]).first()
    if ticket is None:
        form.add_error("number", _("This ticket does not exist."))
        return _show(request, _find(request, pk), status=422, form=form)
    actor = Actor.person(request.user)
    is_for_learner = form.cleaned_data["is_for_learner"]

    def file(email: InboundEmail) -> InboundEmail:
        return decisions.file_email(email, ticket, actor, is_for_learner=is_for_learner)

    return _decide(request, pk, file, _("Filed in %(ticket)s."))


@require_POST
@team_view(Permission.TICKET_OPEN)
def open_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """File the e-mail as a new ticket."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: decisions.open_ticket_for(email, actor), _("Filed in %(ticket)s."))


@require_POST
@team_view(Permission.TICKET_OPEN)
def split_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Out of its ticket, as another: it is about something else."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: decisions.split_email(email, actor), _("It is in %(ticket)s now."))


@require_POST
@team_view(Permission.TICKET_REPLY)
def take_as_reply(request: TeamRequest, pk: int) -> HttpResponse:
    """A colleague's note in its ticket was a reply to the learner."""
    actor = Actor.person(request.user)
    return _decide(
        request, pk, lambda email: decisions.take_as_reply(email, actor), _("It is a reply in %(ticket)s now.")
    )


@require_POST
@team_view(Permission.TICKET_REPLY)
def take_as_note(request: TeamRequest, pk: int) -> HttpResponse:
    """Have it be a note again."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: decisions.take_as_note(email, actor), "")


@require_POST
@team_view(Permission.TICKET_CHANGE)
def ignore_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Say that the e-mail belongs to no ticket."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: decisions.ignore_email(email, actor), _("Ignored. It is kept."))


@require_POST
@team_view(Permission.TICKET_CHANGE)
def ignore_sender(request: TeamRequest, pk: int) -> HttpResponse:
    """All that waits from this one's sender."""
    count = ignore_all_of_sender(_find(request, pk), Actor.person(request.user))
    sentence = ngettext("%(count)d e-mail ignored. It is kept.", "%(count)d e-mails ignored. They are kept.", count)
    messages.success(request, sentence % {"count": count})
    return HttpResponseSeeOther(reverse("unfiled", args=[request.team.slug]))


@require_POST
@team_view(Permission.TICKET_CHANGE)
def undo_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Have it wait for a decision again."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: decisions.undo_decision(email, actor), "")
