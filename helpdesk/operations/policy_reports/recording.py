"""Counts violations by kind, and forgets old ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from helpdesk.operations.models import PolicyViolation
from helpdesk.operations.policy_reports.parsing import Violation

MOST_KINDS = 500  # kinds that are kept, so that nobody can fill the disk by inventing more
KEPT = timedelta(days=30)  # since it was last reported


def record_violations(violations: Iterable[Violation]) -> None:
    """Count each violation; new kinds are stored while there is room."""
    for violation, count in Counter(violations).items():
        with transaction.atomic():
            same = PolicyViolation.objects.filter(**asdict(violation))
            if same.update(count=F("count") + count, last_seen_at=Now()):
                continue
            if not is_full():
                new = PolicyViolation(**asdict(violation), count=count)
                PolicyViolation.objects.bulk_create([new], ignore_conflicts=True)


def is_full() -> bool:
    """Whether no new kinds are stored any more."""
    return PolicyViolation.objects.count() >= MOST_KINDS


def forget_violations() -> None:
    """Delete kinds that were not reported for a month."""
    PolicyViolation.objects.filter(last_seen_at__lt=Now() - KEPT).delete()
