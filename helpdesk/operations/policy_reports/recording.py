"""Counting breaches by kind, and forgetting them."""

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

MOST_KINDS = 500  # that are kept: whoever invents more of them fills no disk
KEPT = timedelta(days=30)  # since it was last seen


def record_violations(violations: Iterable[Violation]) -> None:
    """Count each with its like; a new kind is kept as long as there is room."""
    for violation, count in Counter(violations).items():
        with transaction.atomic():
            same = PolicyViolation.objects.filter(**asdict(violation))
            if same.update(count=F("count") + count, last_seen_at=Now()):
                continue
            if not is_full():
                new = PolicyViolation(**asdict(violation), count=count)
                PolicyViolation.objects.bulk_create([new], ignore_conflicts=True)


def is_full() -> bool:
    """Whether no new kind is taken."""
    return PolicyViolation.objects.count() >= MOST_KINDS


def forget_violations() -> None:
    """What has not been seen for a month."""
    PolicyViolation.objects.filter(last_seen_at__lt=Now() - KEPT).delete()
