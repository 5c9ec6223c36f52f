"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.register import Impersonal

NOTHING_PERSONAL = "Numbers of tickets and how long they took: nothing that a learner or a member said."
DECLARED = [
    Impersonal("reports.SummaryDay", "time_zone", NOTHING_PERSONAL),
    Impersonal("reports.SummaryCount", "figure word", NOTHING_PERSONAL),
    Impersonal("reports.SummaryDurations", "measure histogram durations", NOTHING_PERSONAL),
]
