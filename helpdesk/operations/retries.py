"""How often jobs are retried."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from helpdesk.operations.outgoing.retry_after import retry_after_of


class EmailRetryStrategy(RetryStrategy):
    """Retries no sooner than the e-mail provider allows."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to retry: as usual, or once the provider allows it. None gives up."""
        decision = super().get_retry_decision(exception=exception, job=job)
        if decision and decision.retry_at:
            decision.retry_at = max(decision.retry_at, timezone.now() + retry_after_of(exception))
        return decision


# If a mail server doesn't accept an e-mail: after 5 s, 25 s, 2 min, 10 min, 52 min and 4 h.
EMAIL_RETRY = EmailRetryStrategy(max_attempts=6, exponential_wait=5)
# If the database is away, for jobs that raise no other errors: after 4 s, 16 s, 1 min, … 18 h.
DATABASE_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)
