"""The doctor's check of waiting events."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from helpdesk.operations.doctor.findings import Finding, ok, warn
from webhooks import health


def check_deliveries() -> Iterator[Finding]:
    """Whether events are processed in time."""
    state = health.check()
    words = _("%(count)s waiting, the oldest for %(seconds)s seconds") % {
        "count": f"{state['waiting']}{'+' if state['has_more'] else ''}",
        "seconds": state["oldest_seconds"],
    }
    if state["is_ok"]:
        yield ok(_("events"), words if state["waiting"] else _("None are waiting."))
    else:
        yield warn(_("events"), words, _("Check that a worker is running, and read its log. Nothing is lost."))
