"""A team's sources: their set-up, their health and their deliveries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.ui import flash
from helpdesk.ui.capped_counts import count_up_to
from helpdesk.ui.keyset import paginate
from helpdesk.ui.refusals import ActionRefused
from webhooks import actions, health
from webhooks.checklist import checklist_of
from webhooks.forms import DeliveryFilter, KeyForm, NewSourceForm, SourceForm
from webhooks.models import Delivery, SigningKey, Source
from webhooks.querysets import NEWEST_FIRST, SourceQuerySet
from webhooks.redaction import redacted_body
from webhooks.source_testing import last_test_call

PAGE_SIZE = 50


def find_source(request: TeamRequest, source_id: str) -> Source:
    """The team's source with its health, from those that the navigation reads anyway. Raises Http404."""
    for found in health.sources_of(request.membership):
        if found.pk == source_id:
            return found
    raise Http404


def find_log(request: TeamRequest, source_id: str) -> Source:
    """The source of a delivery log; it may be deleted. Raises Http404."""
    deleted = [source for source in _deleted_sources(request) if source.pk == source_id]
    return deleted[0] if deleted else find_source(request, source_id)


def _deleted_sources(request: TeamRequest) -> SourceQuerySet:
    return Source.objects.deleted_keeping_log().filter(team=request.team).order_by("-deleted_at")


def show_source(request: TeamRequest, source: Source, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The source's page; a key that was just generated is shown only this once."""
    failed_count = health.failed_count(source)
    context = {
        "nav": "sources",
        "address": settings.BASE_URL + source.intake_path,
        "keys": source.keys.all(),
        "new_key": flash.pop(request, f"source-{source.pk}"),
        "failed_label": health.counted(failed_count) if failed_count else "",
        "failed_query": health.FAILED_LATELY,
        "waiting_label": health.counted(health.waiting_count(source)),
        "waiting_since": timezone.now() - source.waited if source.waited else None,
        "test_call": last_test_call(source),
        "key_form": KeyForm(),
        "source_form": SourceForm(instance=Source.objects.get(pk=source.pk)),
    }
    return render(request, "webhooks/source.html", context | _connection_of(source) | forms, status=status)


def _connection_of(source: Source) -> dict[str, Any]:
    is_waiting = source.health == Source.Health.UNVERIFIED or not (source.last_delivery_at or source.verified_at)
    is_settled = not is_waiting or not source.is_enabled
    problem = health.problem_of(source)
    if source.waited and source.is_late:
        problem = problem or health.late_sentence(source.waited)
    return {
        "source": source,
        "problem": problem,
        "is_settled": is_settled,
        "checklist": checklist_of(source),
    }


def _show_key_next(request: TeamRequest, source: Source, key: SigningKey) -> None:
    flash.put(request, f"source-{source.pk}", key.key)


@require_safe
@team_view(Permission.SOURCE_VIEW)
def sources(request: TeamRequest) -> HttpResponse:
    """List the team's sources."""
    found = health.sources_of(request.membership)
    context = {"nav": "sources", "sources": found, "deleted": _deleted_sources(request)}
    return render(request, "webhooks/sources.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.SOURCE_VIEW, to_change=Permission.SOURCE_MANAGE)
@requires_reauthentication()
def create(request: TeamRequest) -> HttpResponse:
    """Create a source; its page then shows how to connect it, and the generated key."""
    form = NewSourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            source, signing_key = actions.create_source(request.team, form.cleaned_data["name"], key or None)
        except ActionRefused as refused:
            form.add_error("key", str(refused))
        else:
            if not key:
                _show_key_next(request, source, signing_key)
            return redirect("source", request.team.slug, source.pk)
    context = {"nav": "sources", "form": form}
    return render(request, "webhooks/create.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@team_view(Permission.SOURCE_VIEW)
def source(request: TeamRequest, source_id: str) -> HttpResponse:
    """A source: its set-up until it is verified, then its health."""
    return show_source(request, find_source(request, source_id))


@never_cache
@require_safe
@team_view(Permission.SOURCE_VIEW, is_polled=True)
def connection(request: TeamRequest, source_id: str) -> HttpResponse:
    """Whether the ping has arrived; polled every few seconds. Status 286 tells htmx to stop."""
    found = find_source(request, source_id)
    context = _connection_of(found) | {"is_update": True}
    return render(request, "webhooks/_connection.html", context, status=286 if context["is_settled"] else 200)


@require_POST
@team_view(Permission.SOURCE_MANAGE)
def change(request: TeamRequest, source_id: str) -> HttpResponse:
    """Change the source; turning it off needs a confirmation, because events sent meanwhile are lost."""
    found = find_source(request, source_id)
    form = SourceForm(request.POST, instance=Source.objects.get(pk=found.pk))
    if not form.is_valid():
        return show_source(request, found, status=422, source_form=form)
    is_switched_off = found.is_enabled and not form.cleaned_data["is_enabled"]
    if is_switched_off and "even_if_calls_are_lost" not in request.POST:
        others = [source for source in health.sources_of(request.membership) if source != found and source.is_enabled]
        context = {"nav": "sources", "source": found, "form": form, "is_last": not others}
        return render(request, "webhooks/switch_off.html", context, status=409)
    if form.has_changed():
        actions.change_source(form.save(commit=False))
    messages.success(request, _("Saved."))
    return redirect("source", request.team.slug, found.pk)


@never_cache
@require_POST
@team_view(Permission.SOURCE_MANAGE)
@requires_reauthentication()
def add_key(request: TeamRequest, source_id: str) -> HttpResponse:
    """Add a key, and verify the quarantine with it."""
    found = find_source(request, source_id)
    form = KeyForm(request.POST)
    if form.is_valid():
        key, waiting = form.cleaned_data["key"], found.unverified.count()
        try:
            signing_key = actions.add_key(found, key or None)
        except ActionRefused as refused:
            form.add_error("key", str(refused))
        else:
            if not key:
                _show_key_next(request, found, signing_key)
                return redirect("source", request.team.slug, found.pk)
            released = waiting - found.unverified.count()
            messages.success(
                request,
                ngettext(
                    "The key is active; %(count)s event was released from quarantine.",
                    "The key is active; %(count)s events were released from quarantine.",
                    released,
                )
                % {"count": released},
            )
            return redirect("source", request.team.slug, found.pk)
    return show_source(request, found, status=422, key_form=form)


@require_POST
@team_view(Permission.SOURCE_MANAGE)
@requires_reauthentication()
def retire_key(request: TeamRequest, source_id: str, pk: int) -> HttpResponse:
    """Retire a key; asks for confirmation if it is the last one or the one that Eduzz uses."""
    found = find_source(request, source_id)
    key = get_object_or_404(found.keys, pk=pk)
    try:
        actions.retire_key(key, even_if_last="even_if_last" in request.POST)
    except actions.KeyInUse as refused:
        is_last = isinstance(refused, actions.LastKey)
        context = {"nav": "sources", "source": found, "key": key, "is_last": is_last}
        return render(request, "webhooks/retire_key.html", context, status=409)
    messages.success(request, _("The key is disabled."))
    return redirect("source", request.team.slug, found.pk)


@require_safe
@team_view(Permission.DELIVERY_VIEW)
def deliveries(request: TeamRequest, source_id: str) -> HttpResponse:
    """The delivery log, newest first."""
    found = find_log(request, source_id)
    form = DeliveryFilter(request.GET, auto_id="filter-%s")
    form.full_clean()
    log = Delivery.objects.for_team(request.team).filter(source=found).without_body().newest_first()
    if form.errors:  # an invalid filter matches nothing
        log = log.none()
    query = request.GET.copy()
    for field in ("outcome", "event"):
        if value := form.cleaned_data.get(field):
            log = log.filter(**{field: value})
    if form.cleaned_data.get("finished"):
        log = log.finished_recently()
    page = paginate(log.select_related("ticket"), NEWEST_FIRST, request.GET.get("before", ""), PAGE_SIZE)
    query["before"] = page.next_place
    failed_count = count_up_to(found.deliveries.filter(outcome=Delivery.Outcome.FAILED), health.COUNTED_AT_MOST)
    context = {
        "nav": "sources",
        "source": found,
        "filter": form,
        "deliveries": page.rows,
        "next_query": query.urlencode() if page.next_place else "",
        "failed_count": failed_count,
        "have_many_failed": failed_count > health.COUNTED_AT_MOST,
    }
    return render(request, "webhooks/deliveries.html", context)


@require_safe
@team_view(Permission.DELIVERY_VIEW)
def delivery(request: TeamRequest, source_id: str, pk: int) -> HttpResponse:
    """One delivery, with its body."""
    found = find_log(request, source_id)
    log = Delivery.objects.for_team(request.team).filter(source=found).select_related("ticket")
    shown = get_object_or_404(log, pk=pk)
    context = {"nav": "sources", "source": found, "delivery": shown, "body": redacted_body(shown)}
    return render(request, "webhooks/delivery.html", context)


@require_POST
@team_view(Permission.DELIVERY_REPLAY)
def replay(request: TeamRequest, source_id: str, pk: int) -> HttpResponse:
    """Have a worker try one delivery again."""
    found = find_log(request, source_id)
    log = Delivery.objects.for_team(request.team).filter(source=found).without_body()
    if not actions.replay(get_object_or_404(log, pk=pk)):
        messages.info(request, _("There is nothing to replay: it has been processed, or is already waiting."))
    return redirect("delivery", request.team.slug, found.pk, pk)


@require_POST
@team_view(Permission.DELIVERY_REPLAY)
def replay_many(request: TeamRequest, source_id: str) -> HttpResponse:
    """Have a worker try all of the source's failed deliveries again."""
    found = find_log(request, source_id)
    failed = Delivery.objects.for_team(request.team).filter(source=found, outcome=Delivery.Outcome.FAILED)
    count = actions.replay_all(failed)
    message = ngettext("%(count)s delivery is being replayed.", "%(count)s deliveries are being replayed.", count)
    messages.success(request, message % {"count": count})
    return redirect("deliveries", request.team.slug, found.pk)


@require_safe
@team_view(Permission.DELIVERY_VIEW)
def quarantine(request: TeamRequest, source_id: str) -> HttpResponse:
    """The events signed with an unknown key; nobody can see their bodies."""
    found = find_source(request, source_id)
    context = {
        "nav": "sources",
        "source": found,
        "unverified": found.unverified.defer("body").order_by("-received_at"),
        "key_form": KeyForm(),
    }
    return render(request, "webhooks/quarantine.html", context)


@require_POST
@team_view(Permission.SOURCE_MANAGE)
def discard_quarantine(request: TeamRequest, source_id: str) -> HttpResponse:
    """Delete the quarantined events."""
    found = find_source(request, source_id)
    count = actions.discard_quarantine(found)
    message = ngettext("%(count)s event was discarded.", "%(count)s events were discarded.", count)
    messages.success(request, message % {"count": count})
    return redirect("source", request.team.slug, found.pk)
