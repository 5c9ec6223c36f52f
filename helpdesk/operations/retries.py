"""How often jobs are tried again."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from helpdesk.operations.outgoing.retry_after import retry_after_of


class EmailRetryStrategy(RetryStrategy):
    """Tries again, but not before the time that the e-mail provider asks for."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job is tried again: as any other, or once the provider lets it. None gives it up."""
        decision = super().get_retry_decision(exception=exception, job=job)
        if decision and decision.retry_at:
            decision.retry_at = max(decision.retry_at, timezone.now() + retry_after_of(exception))
        return decision


# A mail server that does not take an e-mail: after 5 s, 25 s, 2 min, 10 min, 52 min and 4 h.
EMAIL_RETRY = EmailRetryStrategy(max_attempts=6, exponential_wait=5)
# A database that is away, where what others do raises nothing: after 4 s, 16 s, 1 min, … 18 h.
DATABASE_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)
