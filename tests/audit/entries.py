"""The audit log as tests read it."""

from contextlib import contextmanager

import pytest

from helpdesk.audit.models import AuditEvent


@contextmanager
def freeze_time(moment):
    """A clock of the log that stands still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpdesk.audit.recording.now", lambda: moment)
        yield


def kinds(**asked):
    """What was noted, in order."""
    return list(AuditEvent.objects.filter(**asked).order_by("pk").values_list("kind", flat=True))


def entries_of(team):
    """What stands in a team's log, in order: the kind, about whom or what, and the details."""
    return list(AuditEvent.objects.filter(team=team).order_by("pk").values_list("kind", "about", "details"))
