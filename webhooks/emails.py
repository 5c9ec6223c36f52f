"""The e-mails that say that events do not come in, or could not be processed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership
from webhooks.health import COUNTED_AT_MOST, FAILED_LATELY, failed_count, problem_of, with_health
from webhooks.models import Delivery, Source

LISTED = 5


def send_health_email(source_id: str, membership_id: int) -> None:
    """Write to a member who can act on it, in their language, unless events come in again.

    Raises SMTPException or OSError where the mail server does not take it.
    """
    membership = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    source = membership and with_health(Source.objects.for_team(membership.team)).filter(pk=source_id).first()
    if not (membership and source):
        return
    with localized_for(membership):
        problem = problem_of(source)
        if not problem:
            return
        path = reverse("source", args=[membership.team.slug, source.pk])
        context = {"problem": problem, "membership": membership, "address": settings.BASE_URL + path}
        subject = _("Help requests may not be coming in · %(team)s") % {"team": membership.team}
        _send(membership, subject, "sources/email/health.txt", context)


def send_failures_email(source_id: str, membership_id: int) -> None:
    """Write to a member who can act on it, in their language, unless nothing is failed any more.

    Raises SMTPException or OSError where the mail server does not take it.
    """
    membership = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    source = membership and Source.objects.for_team(membership.team).filter(pk=source_id).first()
    if not (membership and source) or not (count := failed_count(source)):
        return
    failed = Delivery.objects.filter(source=source).failed_lately().without_body().newest_first()[:LISTED]
    with localized_for(membership):
        path = reverse("deliveries", args=[membership.team.slug, source.pk])
        context = {
            "count": f"{count}+" if count == COUNTED_AT_MOST else count,
            "deliveries": failed,
            "source": source,
            "membership": membership,
            "address": f"{settings.BASE_URL}{path}?{FAILED_LATELY}",
        }
        subject = ngettext(
            "%(count)s event from Eduzz could not be processed",
            "%(count)s events from Eduzz could not be processed",
            count,
        ) % {"count": context["count"]}
        _send(membership, f"{subject} · {membership.team}", "sources/email/failures.txt", context)


def _send(membership: Membership, subject: str, template: str, context: dict[str, Any]) -> None:
    EmailMessage(
        " ".join(subject.split()),
        render_to_string(template, context),
        to=[membership.user.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
