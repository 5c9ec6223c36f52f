"""The e-mail that says an endpoint was disabled."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership


def send_disabled_email(endpoint_id: int, membership_id: int) -> None:
    """Write to a member, in their language, unless the endpoint works again or one of the two is gone.

    Raises SMTPException or OSError where the mail server does not take it.
    """
    membership = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    if membership is None:
        return
    endpoint = (
        WebhookEndpoint.objects.for_team(membership.team).exclude(disabled_at=None).filter(pk=endpoint_id).first()
    )
    if endpoint is None:
        return
    with localized_for(membership):
        address = settings.BASE_URL + reverse("webhook_endpoint", args=[membership.team.slug, endpoint.pk])
        text = render_to_string(
            "integrations/email/disabled.txt",
            {"membership": membership, "endpoint": endpoint, "address": address},
        )
        subject = _("The webhook to %(name)s is disabled") % {"name": endpoint}
        EmailMessage(
            " ".join(f"{subject} · {membership.team}".split()),
            text,
            to=[membership.user.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
