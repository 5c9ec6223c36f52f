"""The team's page about e-mail to learners: its sender, and the addresses that get no e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.conversations.address_undo import offer_undo, read_undo
from helpdesk.conversations.email_settings import sender_identity
from helpdesk.conversations.email_settings.dns_report import lines_for
from helpdesk.conversations.email_settings.forms import SenderIdentityForm, SuppressionForm
from helpdesk.conversations.email_settings.tag_texts import tags_in_words
from helpdesk.conversations.models import Mailbox, SenderIdentity, SuppressedAddress
from helpdesk.conversations.querysets import NEWEST_FIRST
from helpdesk.conversations.sending import sender_verification
from helpdesk.conversations.sending.mailbox_tags import takes_tags
from helpdesk.conversations.sending.report_addresses import lost_reports_address
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.conversations.sending.suppression import allow_address, suppress_address
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui import flash
from helpdesk.ui.keyset import paginate
from helpdesk.ui.responses import HttpResponseSeeOther

PAGE_SIZE = 50


def _identity(request: TeamRequest) -> SenderIdentity | None:
    return SenderIdentity.objects.for_team(request.team).select_related("team").first()


def _identity_or_404(request: TeamRequest) -> SenderIdentity:
    if identity := _identity(request):
        return identity
    raise Http404


def _enabled_mailboxes(request: TeamRequest) -> list[Mailbox]:
    return list(Mailbox.objects.for_team(request.team).filter(is_enabled=True).order_by("address", "pk"))


def _show(request: TeamRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page; `more` can replace its fresh forms with invalid ones."""
    identity = _identity(request)
    suppressed = SuppressedAddress.objects.for_team(request.team).select_related("suppressed_by")
    page = paginate(suppressed, NEWEST_FIRST, request.GET.get("before", ""), PAGE_SIZE)
    initial = {"name": request.team.name}
    context = {
        "nav": "team",
        "identity": identity,
        "sender": sender_of(request.team),
        "lost_reports": lost_reports_address(request.team),
        "tags": [(each.address, takes_tags(each), tags_in_words(each)) for each in _enabled_mailboxes(request)],
        "findings": lines_for(identity) if identity else [],
        "form": SenderIdentityForm(instance=identity, initial=None if identity else initial),
        "suppressed": page.rows,
        "older_than": page.next_place,
        "suppression_form": SuppressionForm(),
        "allowed": flash.pop(request, f"allowed-{request.team.pk}"),
    }
    return render(request, "conversations/email_settings.html", context | more, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def email_settings(request: TeamRequest) -> HttpResponse:
    """Show the settings; POST saves the sender."""
    if request.method != "POST":
        return _show(request)
    identity = _identity(request) or SenderIdentity(team=request.team)
    form = SenderIdentityForm(request.POST, instance=identity)
    if not form.is_valid():
        return _show(request, status=422, form=form)
    sender_identity.save_identity(form.save(commit=False))
    messages.success(request, _("Saved."))
    return _back(request)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def check_dns(request: TeamRequest) -> HttpResponse:
    """Check the domain's DNS records now."""
    sender_identity.check_dns(_identity_or_404(request))
    return _back(request)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def send_sender_test(request: TeamRequest) -> HttpResponse:
    """Send a test to the sender's address, whose link confirms it."""
    identity = _identity_or_404(request)
    try:
        sender_verification.send_test(identity)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return _show(request, status=409)
    text = _("The test is on its way to %(address)s. Follow the link in it.")
    messages.success(request, text % {"address": identity.address})
    return _back(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def confirm_sender(request: TeamRequest, token: str) -> HttpResponse:
    """The page that a test's link opens. Only POST confirms, because mail filters open links."""
    identity = _identity(request)
    if request.method != "POST":
        return render(request, "conversations/confirm_sender.html", {"nav": "team", "identity": identity})
    identity = sender_verification.sender_test_returned(request.team, token)
    if identity is None:
        messages.error(request, _("This link is not from the latest test, or it has expired. Send a new test."))
        return _show(request, status=409)
    messages.success(
        request, _("Confirmed. From now on, replies come from %(address)s.") % {"address": identity.address}
    )
    return _back(request)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def suppress(request: TeamRequest) -> HttpResponse:
    """Stop e-mailing an address, or with `undo`, one that was just allowed."""
    if undo := request.POST.get("undo"):
        return _suppress_again(request, undo)
    form = SuppressionForm(request.POST)
    if not form.is_valid():
        return _show(request, status=422, suppression_form=form)
    suppress_address(request.team, form.cleaned_data["address"], SuppressedAddress.Reason.BY_HAND, by=request.user)
    return _back(request)


def _suppress_again(request: TeamRequest, undo: str) -> HttpResponse:
    kept = read_undo(request.team, "suppressed", undo)
    if kept is None:
        messages.error(request, _("It is too late to undo that. Add the address below."))
        return _show(request, status=409)
    address, reason, detail = kept
    suppress_address(request.team, address, SuppressedAddress.Reason(reason), detail=detail, by=request.user)
    return _back(request)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def allow(request: TeamRequest, pk: int) -> HttpResponse:
    """E-mail an address again; the page then offers an undo."""
    found = get_object_or_404(SuppressedAddress.objects.for_team(request.team), pk=pk)
    undo = offer_undo(request.team, "suppressed", found.address, found.reason, found.detail)
    allow_address(found, by=request.user)
    flash.put(request, f"allowed-{request.team.pk}", undo)
    messages.success(request, _("E-mail to %(address)s is sent again.") % {"address": found.address})
    return _back(request)


def _back(request: TeamRequest) -> HttpResponse:
    return HttpResponseSeeOther(redirect("email_settings", request.team.slug).url)
