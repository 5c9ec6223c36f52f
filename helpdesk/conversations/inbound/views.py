"""Pages of received e-mails: shown safely, filed in a ticket or opened as one; see also `ignoring_views.py`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversations.actions import filing_emails, mailed_replies, splitting, undoing_decisions
from helpdesk.conversations.inbound import ignoring, spam
from helpdesk.conversations.inbound.forms import FileEmailForm
from helpdesk.conversations.inbound.ignored_senders import held_of_sender
from helpdesk.conversations.inbound.ignoring_views import just_ignored
from helpdesk.conversations.inbound.pictures import pictures_of
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.suggestions import suggest_tickets
from helpdesk.conversations.inbound.threads import former_learner_of, learner_of, member_of
from helpdesk.conversations.learner_page.link_redaction import without_tokens
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.querysets import LAST_RECEIVED_FIRST, InboundEmailQuerySet
from helpdesk.conversations.sending.sent_texts import sent_texts
from helpdesk.mail.html.quotation import collapse_html
from helpdesk.mail.html.sanitising import sanitise
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.ui.keyset import paginate
from helpdesk.ui.responses import HttpResponseSeeOther

PAGE_SIZE = 50
REMOTE_PICTURES = {"img-src": ["https:", "http:"]}
State = InboundEmail.State
# As nh3 writes them, with every value in double quotes.
IMAGE = re.compile(r'<img(?: [a-z-]+="[^"]*")*>')
ALTERNATIVE = re.compile(r' alt="([^"]*)"')
TABS = {
    "held": InboundEmailQuerySet.to_decide,
    "spam": InboundEmailQuerySet.spam,
    "ignored": InboundEmailQuerySet.ignored,
}


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def unfiled(request: TeamRequest) -> HttpResponse:
    """List the e-mails to decide on, the spam or the ignored ones, newest first; none for an unknown `show`."""
    tab = request.GET.get("show", "held")
    emails = TABS.get(tab, InboundEmailQuerySet.none)(InboundEmail.objects.for_team(request.team).defer("raw", "undo"))
    page = paginate(emails.select_related("ticket"), LAST_RECEIVED_FIRST, request.GET.get("before", ""), PAGE_SIZE)
    context = {
        "nav": "unfiled",
        "tab": tab,
        "emails": page.rows,
        "older_than": page.next_place,
        "done": just_ignored(request),
    }
    return render(request, "conversations/unfiled.html", context)


def _find(request: TeamRequest, pk: int) -> InboundEmail:
    emails = InboundEmail.objects.for_team(request.team)
    return get_object_or_404(emails.select_related("mailbox", "team", "ticket", "message", "decided_by"), pk=pk)


def _show(
    request: TeamRequest, email: InboundEmail, *, status: int = 200, shows_remote: bool = False, **more: Any
) -> HttpResponse:
    reading = Reading(email, sent_texts(email.ticket) if email.ticket else None)
    html, blocked_images = _safe_html(reading, shows_remote=shows_remote)
    is_open = filing_emails.can_be_decided(email)
    from_member = is_open and member_of(reading) is not None
    context = {
        "nav": "unfiled",
        "email": email,
        "parsed": reading.parsed,
        "words": reading.words,
        "html": html,
        "blocked_images": blocked_images,
        "shows_remote": shows_remote,
        "is_open": is_open,
        "is_from_member": from_member,
        "former_learner": former_learner_of(reading) if is_open else None,
        "can_open": is_open and filing_emails.may_be_opened(reading),
        "can_split": splitting.can_be_split(email),
        "can_be_reply": mailed_replies.can_be_reply(reading),
        "can_be_note": mailed_replies.can_be_note(email),
        "can_ignore": ignoring.can_be_ignored(email),
        "can_undo": undoing_decisions.can_be_undone(email),
        "same_sender": held_of_sender(email).count() if is_open else 0,
        "has_spam_mark": reading.parsed.spam_mark,
        "is_marked_by_own": reading.is_spam,
        "can_ignore_sender": bool(is_open and reading.sender and not from_member and not learner_of(reading)),
        "suggestions": suggest_tickets(reading) if is_open else [],
        "form": FileEmailForm(),
    }
    return render(request, "conversations/inbound_email.html", context | more, status=status)


def _safe_html(reading: Reading, *, shows_remote: bool) -> tuple[SafeString, int]:
    """The HTML, safe to show and with quotations marked, and the number of blocked images; empty if there is none."""
    if not reading.parsed.html:
        return SafeString(""), 0
    images = pictures_of(reading)
    collapsed = collapse_html(reading.parsed.html, reading.parsed.subject, reading.known).html
    safe = sanitise(collapsed, images=images, shows_remote=shows_remote)
    shown = without_tokens(IMAGE.sub(_without_empty, safe.html))
    return mark_safe(shown), safe.blocked_images  # noqa: S308 - made safe by nh3


def _without_empty(image: re.Match[str]) -> str:
    """The image, or its alternative text if it is not shown."""
    if ' src="' in image[0]:
        return image[0]
    alternative = ALTERNATIVE.search(image[0])
    return alternative[1].replace("<", "&lt;") if alternative else ""


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def inbound_email(request: TeamRequest, pk: int) -> HttpResponse:
    """Show an e-mail in any state; `pictures=1` also loads remote pictures, by which their servers learn of it."""
    email = _find(request, pk)
    if request.GET.get("pictures") != "1":
        return _show(request, email)
    response: HttpResponse = csp_update(REMOTE_PICTURES)(_show)(request, email, shows_remote=True)
    return response


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def email_of_message(request: TeamRequest, pk: int) -> HttpResponse:
    """Redirect to the e-mail that a ticket's message was made from."""
    found = InboundEmail.objects.for_team(request.team).filter(message=pk).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return redirect("inbound_email", request.team.slug, found)


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
    """File the e-mail in the ticket with this number."""
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
        return filing_emails.file_email(email, ticket, actor, is_for_learner=is_for_learner)

    return _decide(request, pk, file, _("Filed in %(ticket)s."))


@require_POST
@team_view(Permission.TICKET_OPEN)
def open_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """File the e-mail as a new ticket."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: filing_emails.open_ticket_for(email, actor), _("Filed in %(ticket)s."))


@require_POST
@team_view(Permission.TICKET_OPEN)
def split_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Move the e-mail out of its ticket into a new one."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: splitting.split_email(email, actor), _("It is in %(ticket)s now."))


@require_POST
@team_view(Permission.TICKET_REPLY)
def take_as_reply(request: TeamRequest, pk: int) -> HttpResponse:
    """Turn a colleague's note into the reply to the learner that it really was."""
    actor = Actor.person(request.user)
    return _decide(
        request, pk, lambda email: mailed_replies.take_as_reply(email, actor), _("It is a reply in %(ticket)s now.")
    )


@require_POST
@team_view(Permission.TICKET_REPLY)
def take_as_note(request: TeamRequest, pk: int) -> HttpResponse:
    """Make a colleague's reply a note again."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: mailed_replies.take_as_note(email, actor), "")


@require_POST
@team_view(Permission.TICKET_CHANGE)
def ignore_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Ignore the e-mail, which belongs to no ticket."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: ignoring.ignore_email(email, actor), _("Ignored. It is kept."))


@require_POST
@team_view(Permission.TICKET_CHANGE)
def mark_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Mark the e-mail as spam, or with `spam=0` as no spam."""
    is_spam = request.POST.get("spam") != "0"
    return _decide(request, pk, lambda email: spam.mark_as_spam(email, is_spam=is_spam), "")


@require_POST
@team_view(Permission.TICKET_CHANGE)
def undo_inbound(request: TeamRequest, pk: int) -> HttpResponse:
    """Undo the decision about the e-mail, so that it waits again."""
    actor = Actor.person(request.user)
    return _decide(request, pk, lambda email: undoing_decisions.undo_decision(email, actor), "")
