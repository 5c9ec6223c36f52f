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
