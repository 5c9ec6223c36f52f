"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.register import Impersonal

COUNTED = "Numbers of tickets and how long they took: nothing that a learner or a member said."
DECLARED = [
    Impersonal("reports.SummaryDay", "time_zone", COUNTED),
    Impersonal("reports.SummaryCount", "figure word", COUNTED),
    Impersonal("reports.SummaryDurations", "measure histogram durations", COUNTED),
]
