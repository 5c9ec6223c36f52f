"""Pages for erasing a learner: what would be erased, the request, and a second person's consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.conversations.inbound.personal_data import emails_to_decide_on
from helpdesk.courses.models import Learner
from helpdesk.privacy import actions
from helpdesk.privacy.erasing import plan_for_all
from helpdesk.privacy.forms import ErasureForm
from helpdesk.privacy.models import LearnerErasure, TeamPrivacy
from helpdesk.privacy.subjects import persons_of
from helpdesk.privacy.views import to_learner
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.ui.refusals import ActionRefused

SHOWN = 10  # e-mails with the learner's name


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.PRIVACY_MANAGE)
@requires_reauthentication()
def erase_learner(request: TeamRequest, pk: int) -> HttpResponse:
    """Show what would be erased; a POST with the learner's address requests the erasure."""
    learner = get_object_or_404(Learner.objects.for_team(request.team).filter(erased_at=None), pk=pk)
    form = ErasureForm(request.POST if request.method == "POST" else None, learner=learner)
    if form.is_valid():
        _carry_out(request, lambda: actions.request_erasure(learner, request.user))
        return to_learner(request, pk)
    persons = persons_of(learner, timezone.now())
    is_looked_at = request.method != "HEAD"
    context: dict[str, Any] = {
        "nav": "learners",
        "learner": learner,
        "form": form,
        "plan": plan_for_all(persons) if is_looked_at else [],
        "namesakes": emails_to_decide_on(persons[0])[:SHOWN] if is_looked_at else [],
        "needs_second_person": TeamPrivacy.objects.filter(team=request.team, needs_second_person=True).exists(),
    }
    return render(request, "privacy/erase_learner.html", context, status=422 if form.errors else 200)


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
@requires_reauthentication()
def agree_to_erasure(request: TeamRequest, pk: int) -> HttpResponse:
    """Agree, as the second person, to a learner's erasure."""
    erasure = get_object_or_404(LearnerErasure.objects.for_team(request.team), pk=pk)
    _carry_out(request, lambda: actions.agree_to_erasure(erasure, request.user))
    return to_learner(request, erasure.learner_id)


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
def withdraw_erasure(request: TeamRequest, pk: int) -> HttpResponse:
    """Withdraw a request for erasure that nobody has agreed to yet."""
    erasure = get_object_or_404(LearnerErasure.objects.for_team(request.team), pk=pk)
    _carry_out(request, lambda: actions.withdraw_erasure(erasure), _("Withdrawn. Nothing was erased."))
    return to_learner(request, erasure.learner_id)


def _carry_out(request: TeamRequest, action: Callable[[], object], success_message: str = "") -> None:
    """Run the action; show its refusal or the success message."""
    try:
        action()
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        if success_message:
            messages.success(request, success_message)
