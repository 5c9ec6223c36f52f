"""Ignoring e-mails that wait for a decision: selected ones, all of a sender, and later ones of a sender."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.conversations.address_undo import offer_undo, read_undo
from helpdesk.conversations.inbound.forms import IgnoredSenderForm, UndoIgnoringForm
from helpdesk.conversations.inbound.ignored_senders import held_of_sender, ignore_sender
from helpdesk.conversations.inbound.ignoring import ignore_emails, ignored_in_one_go, undo_ignoring
from helpdesk.conversations.models import IgnoredSender, InboundEmail
from helpdesk.conversations.querysets import NEWEST_FIRST
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actor import Actor
from helpdesk.ui import flash
from helpdesk.ui.keyset import paginate
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.ui.whole_numbers import whole_number

PAGE_SIZE = 50
MOST_CHOSEN = 500  # e-mails in one form; a page shows fewer


@dataclass(frozen=True)
class Ignored:
    """E-mails just ignored together: the key that undoes it, how many they are, and the sender ignored from now on."""

    key: uuid.UUID
    count: int
    sender: IgnoredSender | None


def just_ignored(request: TeamRequest) -> Ignored | None:
    """What the page's URL says was just ignored, as far as it still is."""
    form = UndoIgnoringForm(request.GET)
    if not form.is_valid():
        return None
    key = form.cleaned_data["ignored"]
    sender = IgnoredSender.objects.for_team(request.team).filter(pk=form.cleaned_data["sender"]).first()
    count = ignored_in_one_go(request.team, key).count()
    return Ignored(key, count, sender) if count or sender else None


@require_POST
@team_view(Permission.TICKET_CHANGE)
def ignore_chosen(request: TeamRequest) -> HttpResponse:
    """Ignore the e-mails that are selected in the list."""
    sent = request.POST.getlist("email")[:MOST_CHOSEN]
    pks = [pk for pk in map(whole_number, sent) if pk is not None]
    if not pks:
        messages.error(request, _("Select the e-mails first."))
        return _to_list(request)
    chosen = InboundEmail.objects.filter(pk__in=pks)
    return _ignored(request, *ignore_emails(chosen, request.team, Actor.person(request.user)))


@require_POST
@team_view(Permission.TICKET_CHANGE)
def ignore_all_of_sender(request: TeamRequest, pk: int) -> HttpResponse:
    """Ignore all waiting e-mails from the sender of this one; with `always`, later ones too."""
    email = get_object_or_404(InboundEmail.objects.for_team(request.team).defer("raw", "undo"), pk=pk)
    new = None  # stays None for a sender who was ignored before, so that undo keeps them ignored
    if "always" in request.POST and email.sender_address:
        sender, is_new = ignore_sender(request.team, email.sender_address, request.user)
        new = sender if is_new else None
    return _ignored(request, *ignore_emails(held_of_sender(email), request.team, Actor.person(request.user)), new)


def _ignored(request: TeamRequest, key: uuid.UUID, count: int, sender: IgnoredSender | None = None) -> HttpResponse:
    if not (count or sender):
        messages.info(request, _("Nothing was ignored: these e-mails are no longer waiting."))
        return _to_list(request)
    return _to_list(request, ignored=str(key), **({"sender": str(sender.pk)} if sender else {}))


def _to_list(request: TeamRequest, **query: str) -> HttpResponse:
    if request.POST.get("show") == "spam":
        query["show"] = "spam"
    address = reverse("unfiled", args=[request.team.slug])
    return HttpResponseSeeOther(f"{address}?{urlencode(query)}" if query else address)


@require_POST
@team_view(Permission.TICKET_CHANGE)
def undo_ignored(request: TeamRequest) -> HttpResponse:
    """Make e-mails that were ignored together wait again, and stop ignoring their sender."""
    form = UndoIgnoringForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is nothing to undo."))
        return _to_list(request)
    count = undo_ignoring(request.team, form.cleaned_data["ignored"])
    removed, _rows = IgnoredSender.objects.for_team(request.team).filter(pk=form.cleaned_data["sender"]).delete()
    if not (count or removed):
        messages.error(request, _("There is nothing to undo."))
        return _to_list(request)
    if count:
        sentence = ngettext("%(count)d e-mail is waiting again.", "%(count)d e-mails are waiting again.", count)
        messages.success(request, sentence % {"count": count})
    return _to_list(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_VIEW, to_change=Permission.TICKET_CHANGE)
def ignored_senders(request: TeamRequest) -> HttpResponse:
    """Senders who are always ignored, newest first; POST adds an address, or with `undo` one just removed."""
    if request.method != "POST":
        return _show(request, IgnoredSenderForm())
    if undo := request.POST.get("undo"):
        return _ignore_again(request, undo)
    form = IgnoredSenderForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    ignore_sender(request.team, form.cleaned_data["address"], request.user)
    return HttpResponseSeeOther(reverse("ignored_senders", args=[request.team.slug]))


def _ignore_again(request: TeamRequest, undo: str) -> HttpResponse:
    kept = read_undo(request.team, "ignored", undo)
    if kept is None:
        messages.error(request, _("It is too late to undo that. Add the address below."))
        return _show(request, IgnoredSenderForm(), status=409)
    ignore_sender(request.team, kept[0], request.user)
    return HttpResponseSeeOther(reverse("ignored_senders", args=[request.team.slug]))


def _show(request: TeamRequest, form: IgnoredSenderForm, *, status: int = 200) -> HttpResponse:
    senders = IgnoredSender.objects.for_team(request.team).select_related("ignored_by")
    page = paginate(senders, NEWEST_FIRST, request.GET.get("before", ""), PAGE_SIZE)
    undo = flash.pop(request, _removed_name(request))
    removed = read_undo(request.team, "ignored", undo) if undo else None
    context = {
        "nav": "unfiled",
        "tab": "senders",
        "form": form,
        "senders": page.rows,
        "older_than": page.next_place,
        "undo": undo,
        "removed": removed[0] if removed else "",
    }
    return render(request, "conversations/ignored_senders.html", context, status=status)


@require_POST
@team_view(Permission.TICKET_CHANGE)
def remove_ignored_sender(request: TeamRequest, pk: int) -> HttpResponse:
    """Stop ignoring a sender; the page then offers an undo."""
    sender = get_object_or_404(IgnoredSender.objects.for_team(request.team), pk=pk)
    sender.delete()
    flash.put(request, _removed_name(request), offer_undo(request.team, "ignored", sender.address))
    return HttpResponseSeeOther(reverse("ignored_senders", args=[request.team.slug]))


def _removed_name(request: TeamRequest) -> str:
    return f"ignored-sender-{request.team.pk}"
