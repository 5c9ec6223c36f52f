"""The e-mails that report that events do not come in or could not be processed."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Membership
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.hours import date_and_time
from helpdesk.ui.isolation import isolated_text
from webhooks.health import FAILED_LATELY, counted, failed_count, problem_of, with_health
from webhooks.models import Delivery, Source

LISTED = 5


def send_health_email(source_id: str, membership_id: int) -> None:
    """Write to a member in their language, unless the source has no problem any more.

    Raises SMTPException or OSError if the mail server does not accept it.
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
        team = {"team": isolated_text(membership.team)}
        content = Content(
            subject=_("Help requests may not be coming in · %(team)s") % team,
            heading=_("Help requests may not be coming in"),
            paragraphs=[
                problem,
                _("It is the source through which %(team)s gets its help requests from Eduzz.") % team,
            ],
            button=(_("Check the source"), settings.BASE_URL + path),
            closing=[_("You get this e-mail once per problem, and at most once a day for each kind of problem.")],
            team=membership.team.name,
        )
        compose(content, membership.user.email).send()


def send_failures_email(source_id: str, membership_id: int) -> None:
    """Write to a member in their language, unless no recent failure is left.

    Raises SMTPException or OSError if the mail server does not accept it.
    """
    membership = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    source = membership and Source.objects.for_team(membership.team).filter(pk=source_id).first()
    if not (membership and source) or not (count := failed_count(source)):
        return
    failed = Delivery.objects.filter(source=source).failed_recently().without_body().newest_first()[:LISTED]
    with localized_for(membership):
        path = reverse("deliveries", args=[membership.team.slug, source.pk])
        subject = ngettext(
            "%(count)s event from Eduzz could not be processed",
            "%(count)s events from Eduzz could not be processed",
            count,
        ) % {"count": counted(count)}
        content = Content(
            subject=f"{subject} · {isolated_text(membership.team)}",
            heading=subject,
            paragraphs=[
                _("These events arrived through %(source)s, a source of %(team)s.")
                % {"source": isolated_text(source), "team": isolated_text(membership.team)},
                _("They are kept as received, but no ticket or activity could be created from them:"),
            ],
            facts=[(_when(delivery), _what(delivery)) for delivery in failed],
            button=(_("See why, and try again"), f"{settings.BASE_URL}{path}?{FAILED_LATELY}"),
            closing=[_("You get this e-mail at most once a day.")],
            team=membership.team.name,
        )
        compose(content, membership.user.email).send()


def _when(delivery: Delivery) -> str:
    return date_and_time(delivery.received_at)


def _what(delivery: Delivery) -> str:
    return Truncator(f"{delivery.event or '?'} – {delivery.explanation}").chars(200)
