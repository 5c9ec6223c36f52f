"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.register import Impersonal

DECLARED = [
    # A room whose jobs take more than keys declares their arguments itself.
    Impersonal("procrastinate.ProcrastinateJob", "queue_name task_name lock queueing_lock", "Names in our code."),
    Impersonal("procrastinate.ProcrastinatePeriodicDefer", "*", "Names in our code."),
    Impersonal("operations.WorkerHeartbeat", "name", "A machine and a process."),
    Impersonal(
        "operations.PolicyViolation",
        "directive blocked page source",
        "Origins, patterns of addresses and files of ours: whatever could name somebody is cut off where it is read.",
    ),
]
