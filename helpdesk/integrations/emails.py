"""The e-mail that reports that an endpoint was disabled."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.hours import date_and_time
from helpdesk.ui.isolation import isolated_text


def send_disabled_email(endpoint_id: int, membership_id: int) -> None:
    """Write to a member in their language, unless the endpoint is enabled again, or endpoint or member is gone.

    Raises SMTPException or OSError if the mail server does not accept it.
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
        path = reverse("webhook_endpoint", args=[membership.team.slug, endpoint.pk])
        subject = _("The webhook to %(name)s is disabled") % {"name": isolated_text(endpoint)}
        content = Content(
            subject=f"{subject} · {membership.team}",
            heading=subject,
            paragraphs=[
                _("Helpdesk no longer sends events to this webhook of %(team)s:")
                % {"team": isolated_text(membership.team)},
                endpoint.url,
                _why(endpoint),
                _("Check the log, fix the receiver, and turn the webhook on again."),
                _("Deliveries that were waiting are sent then; events that happen in the meantime are not."),
            ],
            button=(_("Open the webhook"), settings.BASE_URL + path),
            team=membership.team.name,
        )
        compose(content, membership.user.email).send()


def _why(endpoint: WebhookEndpoint) -> str:
    if endpoint.disabled_reason == WebhookEndpoint.DisabledReason.GONE or endpoint.failing_since is None:
        return _("Its receiver answered “410 Gone”, which means that it doesn’t want any more events.")
    since = date_and_time(endpoint.failing_since)
    return _("Every delivery has failed since %(since)s, and we retried for more than a day.") % {"since": since}
