"""Phrases that rooms share when they declare personal data: where it comes from, and for how long it is kept."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

FROM_EDUZZ = _("Eduzz, as the course platform reports it")
FROM_LEARNER = _("the learner, by e-mail or on their page")
FROM_CONVERSATION = _("the learner and the team, who wrote it")
FROM_SERVERS = _("mail servers, as an e-mail was sent")
FROM_US = _("this program, as it sent something")

WITH_LEARNER = _("until the learner is erased")
WITH_TICKET = _("as long as its ticket is kept")
WITH_ACCOUNT = _("until the account is deleted")
WITH_TEAM = _("until the team is deleted")
BY_RETENTION = _("as long as the team has set under Retention, or until the learner is erased")
BY_RETENTION_ALONE = _("as long as the team has set under Retention")


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _duration(count: int) -> str:
    years, rest = divmod(count, 365)
    return _days(count) if rest else ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


days = lazy(_days, str)
hours = lazy(_hours, str)
duration = lazy(_duration, str)
