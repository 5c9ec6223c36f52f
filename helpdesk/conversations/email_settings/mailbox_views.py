"""Pages of the team's mailboxes: a list, and settings and tests for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.email_settings.mailbox_forms import MailboxForm
from helpdesk.conversations.email_settings.tag_texts import tags_in_words
from helpdesk.conversations.inbound import fetchers
from helpdesk.conversations.inbound.imap import PROBLEMS, Connection, problem_in_words
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.sending.mailbox_tags import tested_mailboxes
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.conversations.sending.tag_testing import refuse_too_soon, send_tag_test
from helpdesk.operations.wakeups import notify
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui.capped_counts import count_up_to
from helpdesk.ui.responses import HttpResponseSeeOther

COUNTED_AT_MOST = 1_000  # e-mails of a mailbox; of more, the page says only that there are more
TRIAL_SECONDS = 12.0  # for a whole test, of which opening the connection has half


def _mailboxes(request: TeamRequest) -> list[Mailbox]:
    return list(Mailbox.objects.for_team(request.team).order_by("address", "pk"))


def _show(request: TeamRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "nav": "team",
        "mailboxes": _mailboxes(request),
        "form": MailboxForm(instance=Mailbox(team=request.team, kind=Mailbox.Kind.IMAP)),
    }
    return render(request, "conversations/mailboxes.html", context | more, status=status)


@never_cache
@sensitive_post_parameters("secret", "client_secret", "refresh_token")
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication(allow_get=True)
def mailboxes(request: TeamRequest) -> HttpResponse:
    """List the mailboxes; POST adds one."""
    if request.method != "POST":
        return _show(request)
    form = MailboxForm(request.POST, instance=Mailbox(team=request.team))
    if not form.is_valid():
        return _show(request, status=422, form=form)
    with transaction.atomic():
        mailbox = form.save()
        record_audit(request.team.pk, Kind.MAILBOX_ADDED, about=mailbox.address)
    notify(fetchers.CHANNEL)
    messages.success(request, _("Saved."))
    return _to(request, mailbox)


@never_cache
@sensitive_post_parameters("secret", "client_secret", "refresh_token")
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication(allow_get=True)
def mailbox(request: TeamRequest, pk: int) -> HttpResponse:
    """Show or change a mailbox. Its password is never shown, and is kept if none is entered."""
    found = get_object_or_404(Mailbox.objects.for_team(request.team), pk=pk)
    form = MailboxForm(request.POST or None, instance=found)
    if request.method != "POST":
        return _show_one(request, found, form)
    if not form.is_valid():
        return _show_one(request, Mailbox.objects.get(pk=found.pk), form, status=422)
    with transaction.atomic():
        if form.save_changes():
            record_audit(request.team.pk, Kind.MAILBOX_CHANGED, about=found.address)
    notify(fetchers.CHANNEL)
    messages.success(request, _("Saved."))
    return _to(request, found)


def _show_one(request: TeamRequest, found: Mailbox, form: MailboxForm, *, status: int = 200) -> HttpResponse:
    can_delete = request.membership.can(Permission.OWNER_MANAGE)
    context = {"nav": "team", "mailbox": found, "form": form, "can_delete": can_delete}
    context |= {"tags": tags_in_words(found), "is_tested": tested_mailboxes().filter(pk=found.pk).exists()}
    return render(request, "conversations/mailbox.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.OWNER_MANAGE)
@requires_reauthentication()
def delete_mailbox(request: TeamRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, since it cannot be undone; POST deletes. The e-mails received through it are kept."""
    found = get_object_or_404(Mailbox.objects.for_team(request.team), pk=pk)
    if request.method != "POST":
        count = count_up_to(found.emails.order_by(), COUNTED_AT_MOST)
        context = {"nav": "team", "mailbox": found, "count": count, "most": COUNTED_AT_MOST}
        return render(request, "conversations/delete_mailbox.html", context)
    with transaction.atomic():
        found.delete()
        record_audit(request.team.pk, Kind.MAILBOX_DELETED, about=found.address)
    notify(fetchers.CHANNEL)
    messages.success(
        request, _("%(address)s was deleted. What it received is still here.") % {"address": found.address}
    )
    return HttpResponseSeeOther(reverse("mailboxes", args=[request.team.slug]))


@require_POST
@team_view(Permission.TEAM_MANAGE)
def try_mailbox(request: TeamRequest, pk: int) -> HttpResponse:
    """Connect now, and report the result in words."""
    found = get_object_or_404(Mailbox.objects.for_team(request.team), pk=pk, kind=Mailbox.Kind.IMAP)
    problem = try_connection(found)
    if problem:
        messages.error(request, problem)
        return _show_one(request, found, MailboxForm(instance=found), status=409)
    messages.success(request, _("It works: the mailbox opens, and its e-mails can be read."))
    return _to(request, found)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def try_tags(request: TeamRequest, pk: int) -> HttpResponse:
    """Send a test to its address with a tag, at most once a minute."""
    found = get_object_or_404(tested_mailboxes().for_team(request.team).select_related("team"), pk=pk)
    try:
        refuse_too_soon(found.tag_test_sent_at)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return _show_one(request, found, MailboxForm(instance=found), status=409)
    send_tag_test(found, sender_of(request.team).address)
    return _to(request, found)


def try_connection(mailbox: Mailbox) -> str:
    """Try to connect; returns the problem in words, or an empty string if it works."""
    try:
        opened = Connection(mailbox, step_seconds=TRIAL_SECONDS / 2, open_seconds=TRIAL_SECONDS / 2)
        with opened.within(TRIAL_SECONDS / 2):
            opened.client.noop()
        opened.hang_up()
    except PROBLEMS as error:
        return problem_in_words(error)
    return ""


def _to(request: TeamRequest, found: Mailbox) -> HttpResponse:
    return HttpResponseSeeOther(reverse("mailbox", args=[request.team.slug, found.pk]))
