"""Reads the audit log."""

from contextlib import contextmanager

import pytest

from helpdesk.audit.models import AuditEvent


@contextmanager
def freeze_time(moment):
    """Freeze the clock of the audit log."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpdesk.audit.recording.now", lambda: moment)
        yield


def kinds(**asked):
    """The kinds of all events, in order."""
    return list(AuditEvent.objects.filter(**asked).order_by("pk").values_list("kind", flat=True))


def entries_of(team):
    """The team's events, in order: kind, learner or subject, and details."""
    return list(AuditEvent.objects.filter(team=team).order_by("pk").values_list("kind", "about", "details"))
