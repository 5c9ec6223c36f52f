"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.operations.tasks import KEPT_HOURS
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import DELIVERY, days

DECLARED = [
    # A name that is to be written later: courses.rename_later. All others name keys.
    Holding(
        "procrastinate.ProcrastinateJob",
        Subject.LEARNER,
        "args",
        DELIVERY,
        days(KEPT_HOURS // 24),
        Erasure.BLANK,
        is_exported=False,
    ),
    Impersonal("procrastinate.ProcrastinateJob", "queue_name task_name lock queueing_lock", "Names in our code."),
    Impersonal("procrastinate.ProcrastinatePeriodicDefer", "*", "Names in our code."),
    Impersonal("operations.WorkerHeartbeat", "name", "A machine and a process."),
]
