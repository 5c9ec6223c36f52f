"""Jobs may wait under the name that their task had in the version before."""

import pytest
from procrastinate.contrib.django import app


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("integrations.send_disabled_letter", "integrations.send_disabled_email"),
        ("integrations.wake_late", "integrations.enqueue_late_deliveries"),
        ("notifications.send_letter", "notifications.send_digest"),
        ("notifications.tell", "notifications.enqueue_digests"),
        ("teams.end_what_rested_on_rights", "teams.revoke_orphaned_grants"),
    ],
)
def test_a_job_enqueued_under_its_old_name_is_run(old, new):
    assert app.tasks[old] is app.tasks[new]
