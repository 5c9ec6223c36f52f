"""The team's pages about privacy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.audit.models import AuditEvent
from helpdesk.audit.recording import record_learner_view
from helpdesk.courses.actions import AddressTaken
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.operations.outside_services import outside_services
from helpdesk.privacy import actions
from helpdesk.privacy.audit_log import NEWEST_FIRST
from helpdesk.privacy.exporting import storage
from helpdesk.privacy.forms import AddressForm, CorrectionForm, TeamPrivacyForm
from helpdesk.privacy.models import LearnerErasure, LearnerExport, TeamPrivacy
from helpdesk.privacy.register import Holding, Person, Subject, holdings
from helpdesk.privacy.sharing import programs_of, recipients_of
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.ui.refusals import ActionRefused
from helpdesk.ui.responses import HttpResponseSeeOther

SHOWN = 10  # exports


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.PRIVACY_MANAGE)
@requires_reauthentication(allow_get=True)
def personal_data(request: TeamRequest) -> HttpResponse:
    """What is held about whom, why, for how long, and what erasing does to it; a POST changes the settings."""
    privacy = TeamPrivacy.objects.filter(team=request.team).first()
    form = TeamPrivacyForm(request.POST if request.method == "POST" else None, instance=privacy)
    if form.is_valid():
        try:
            actions.change_settings(request.membership, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error("needs_second_person", str(refused))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseSeeOther(reverse("personal_data", args=[request.team.slug]))
    changes = AuditEvent.objects.filter(team=request.team, kind=AuditEvent.Kind.ERASURE_RULE_CHANGED)
    change = NEWEST_FIRST.sort(changes).first()
    context: dict[str, Any] = {
        "nav": "team",
        "groups": [(subject, sorted(holdings(subject), key=lambda each: each.name)) for subject in Subject],
        "programs": programs_of(request.team),
        "form": form,
        "change": change,
    }
    return render(request, "privacy/personal_data.html", context, status=422 if form.errors else 200)


@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def services(request: TeamRequest) -> HttpResponse:
    """The page of outside services, which get the team's data because they work for this installation."""
    context = {"nav": "team", "services": outside_services(request.team.pk)}
    return render(request, "privacy/services.html", context)


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def learner_privacy(request: TeamRequest, pk: int) -> HttpResponse:
    """What can be done with a learner's data, and what was done."""
    learner = get_object_or_404(Learner.objects.for_team(request.team), pk=pk)
    record_learner_view(request.team.pk, learner.pk)
    return _show(request, learner, _name_form(learner))


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
def correct_name(request: TeamRequest, pk: int) -> HttpResponse:
    """Set the learner's name, which events then no longer change."""
    learner = get_object_or_404(Learner.objects.for_team(request.team).filter(erased_at=None), pk=pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _show(request, learner, form, status=422)
    if actions.correct_name(learner, form.cleaned_data["name"]):
        messages.success(request, _("Corrected. What Eduzz sends no longer changes it."))
    else:
        messages.error(request, _("This learner has already been erased."))
    return to_learner(request, pk)


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
def correct_address(request: TeamRequest, pk: int) -> HttpResponse:
    """Set the address that e-mail goes to; events still find the learner by the former one."""
    learner = get_object_or_404(Learner.objects.for_team(request.team).filter(erased_at=None), pk=pk)
    form = AddressForm(request.POST, auto_id="address-%s")
    if not form.is_valid():
        return _show(request, learner, _name_form(learner), status=422, address_form=form)
    try:
        is_there = actions.correct_address(learner, form.cleaned_data["email"])
    except AddressTaken as taken:
        form.add_error("email", str(taken))
        return _show(request, learner, _name_form(learner), status=409, address_form=form, taken=taken)
    if is_there:
        text = _("Corrected. E-mail to this learner goes to %(address)s.")
        messages.success(request, text % {"address": learner.email})
    else:
        messages.error(request, _("This learner has already been erased."))
    return to_learner(request, pk)


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
def forget_former_address(request: TeamRequest, pk: int) -> HttpResponse:
    """Let a former address no longer stand for this learner."""
    former = get_object_or_404(FormerAddress.objects.for_team(request.team).current(), pk=pk)
    actions.forget_former_address(former)
    messages.success(request, _("%(address)s no longer belongs to this learner.") % {"address": former.email})
    return to_learner(request, former.learner_id)


def _name_form(learner: Learner) -> CorrectionForm:
    return CorrectionForm(initial={"name": learner.name})


def to_learner(request: TeamRequest, pk: int) -> HttpResponse:
    """Redirect to the page of this learner's data, after a POST."""
    return HttpResponseSeeOther(reverse("learner_privacy", args=[request.team.slug, pk]))


def _show(
    request: TeamRequest,
    learner: Learner,
    form: CorrectionForm,
    status: int = 200,
    address_form: AddressForm | None = None,
    taken: AddressTaken | None = None,
) -> HttpResponse:
    erasure = LearnerErasure.objects.for_team(request.team).filter(learner=learner).order_by("-pk").first()
    context: dict[str, Any] = {
        "nav": "learners",
        "learner": learner,
        "form": form,
        "address_form": address_form or AddressForm(initial={"email": learner.email}, auto_id="address-%s"),
        "taken": taken,
        "former_addresses": list(learner.former_addresses.filter(ended_at=None).order_by("-created_at", "-pk")),
        "exports": _exports_of(request, learner),
        "recipients": recipients_of(Person(request.team.pk, learner.pk, learner.email, learner.name, timezone.now())),
        "erasure": erasure,
    }
    if erasure:
        people = People(request.team, [erasure.requested_by_id, erasure.agreed_by_id])
        context |= {
            "requester": people.label(erasure.requested_by_id),
            "agreer": people.label(erasure.agreed_by_id),
            "receipt": [(each.name, erasure.counts[each.key]) for each in _counted(erasure)],
            "kinds": len(holdings(Subject.LEARNER)),
        }
    return render(request, "privacy/learner.html", context, status=status)


def _counted(erasure: LearnerErasure) -> list[Holding]:
    """The kinds of data in which something was erased."""
    return [each for each in holdings(Subject.LEARNER) if each.key in erasure.counts]


def _exports_of(request: TeamRequest, learner: Learner) -> list[tuple[LearnerExport, str, str, bool]]:
    """The latest exports, each with who requested it, who downloaded it last, and whether the learner awaits an answer.

    The learner counts as answered once this export, or a later one, has been downloaded.
    """
    exports = list(LearnerExport.objects.for_team(request.team).filter(learner=learner).order_by("-pk")[:SHOWN])
    people = People(request.team, {pk for each in exports for pk in (each.requested_by_id, each.downloaded_by_id)})
    answered = max((each.pk for each in exports if each.downloaded_at), default=0)
    return [
        (each, people.label(each.requested_by_id), people.label(each.downloaded_by_id), each.pk > answered)
        for each in exports
    ]


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
@requires_reauthentication()
def create_export(request: TeamRequest, pk: int) -> HttpResponse:
    """Request an export, which a job makes."""
    learner = get_object_or_404(Learner.objects.for_team(request.team).filter(erased_at=None), pk=pk)
    try:
        actions.request_export(learner, request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return to_learner(request, pk)


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
@requires_reauthentication()
def download_export(request: TeamRequest, pk: int) -> HttpResponseBase:
    """Download the file, until it expires; who did so last is recorded."""
    export = get_object_or_404(LearnerExport.objects.for_team(request.team), pk=pk)
    if not export.is_available:
        raise Http404
    try:
        file = storage().open(export.storage_key)
    except FileNotFoundError:
        raise Http404 from None
    if request.method == "GET":
        actions.note_download(export, request.user)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"learner-{export.learner_id}.zip",
        content_type="application/zip",
    )
