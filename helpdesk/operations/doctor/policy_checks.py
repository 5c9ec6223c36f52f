"""Checks browsers' reports about our pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.operations.doctor.findings import Finding, ok, warn
from helpdesk.operations.models import PolicyViolation

RECENT = timedelta(days=1)


def check_policy_reports() -> Iterator[Finding]:
    """Whether a page violated the Content-Security-Policy within the last day."""
    subject = _("content security policy")
    kinds = PolicyViolation.objects.filter(last_seen_at__gt=Now() - RECENT).count()
    if not kinds:
        yield ok(subject, _("No browser reported a breach within a day."))
        return
    words = ngettext(
        "Browsers reported %s kind of breach within a day.", "Browsers reported %s kinds of breach within a day.", kinds
    )
    yield warn(subject, words % kinds, _("See what is behind it: %s") % reverse("policy_violations"))
