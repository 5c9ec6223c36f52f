"""Jobs that report failures and troubles, and clean up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from procrastinate.contrib.django import app

from helpdesk.operations.clock import database_now
from helpdesk.operations.retries import EMAIL_RETRY
from helpdesk.teams.models import Membership
from webhooks import actions, claims, emails, quarantine
from webhooks.health import with_health
from webhooks.models import Delivery, Source

REPORTED_EVERY = timedelta(days=1)


@app.periodic(cron="*/5 * * * *")
@app.task(name="webhooks.report_failures", queueing_lock="webhooks.report_failures", queue="notifications")
def report_failures(timestamp: int = 0) -> None:
    """Tell a team's managers that events of a source failed for good, at most once a day."""
    newest = Delivery.objects.filter(source=OuterRef("pk")).failed_recently().order_by("-finished_at")
    is_new = Q(failures_reported_at=None) | Q(newest_failure_at__gt=F("failures_reported_at"))
    is_time = Q(failures_reported_at=None) | Q(failures_reported_at__lt=database_now() - REPORTED_EVERY)
    due = (
        Source.objects.not_deleted()
        .annotate(newest_failure_at=Subquery(newest.values("finished_at")[:1]))
        .filter(is_new, is_time, newest_failure_at__isnull=False)
    )
    for source in due:
        with transaction.atomic():
            Source.objects.filter(pk=source.pk).update(failures_reported_at=database_now())
            for membership_id in _managers_of(source):
                send_failures_email.defer(source_id=source.pk, membership_id=membership_id)


@app.periodic(cron="2-59/5 * * * *")
@app.task(name="webhooks.report_health", queueing_lock="webhooks.report_health", queue="notifications")
def report_health(timestamp: int = 0) -> None:
    """Tell a team's managers that no events come in: once per trouble, and at most once a day for each kind."""
    for source in with_health(Source.objects.not_deleted()):
        trouble = source.trouble or ""
        if trouble == source.reported_health:
            continue
        if not trouble:
            Source.objects.filter(pk=source.pk).update(reported_health="")
        elif _is_time_for(source, trouble):
            _report(source, trouble)


@transaction.atomic
def _report(source: Source, trouble: str) -> None:
    reports = source.health_reports | {str(trouble): database_now().isoformat()}
    Source.objects.filter(pk=source.pk).update(reported_health=trouble, health_reports=reports)
    for membership_id in _managers_of(source):
        send_health_email.defer(source_id=source.pk, membership_id=membership_id)


def _is_time_for(source: Source, trouble: str) -> bool:
    last = source.health_reports.get(str(trouble))
    return last is None or datetime.fromisoformat(last) < database_now() - REPORTED_EVERY


def _managers_of(source: Source) -> QuerySet[Membership, int]:
    managers = Membership.objects.able_to_manage().filter(team=source.team_id)
    return managers.values_list("pk", flat=True)


@app.task(
    name="webhooks.send_failures_email",
    queue="notifications",
    retry=EMAIL_RETRY,
)
def send_failures_email(source_id: str, membership_id: int) -> None:
    """Send one e-mail; retried if the mail server does not accept it."""
    emails.send_failures_email(source_id, membership_id)


@app.task(
    name="webhooks.send_health_email",
    queue="notifications",
    retry=EMAIL_RETRY,
)
def send_health_email(source_id: str, membership_id: int) -> None:
    """Send one e-mail; retried if the mail server does not accept it."""
    emails.send_health_email(source_id, membership_id)


@app.periodic(cron="23 * * * *")
@app.task(name="webhooks.empty_quarantine", queueing_lock="webhooks.empty_quarantine", queue="operations")
def empty_quarantine(timestamp: int = 0) -> None:
    """Delete what has been in quarantine for too long."""
    quarantine.forget_old()


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.limit_waits", queueing_lock="webhooks.limit_waits", queue="operations")
def limit_waits(timestamp: int = 0) -> None:
    """Have deliveries due now that a wrong clock put off too far."""
    claims.limit_waits()


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.delete_logs", queueing_lock="webhooks.delete_logs", queue="operations")
def delete_logs(timestamp: int = 0) -> None:
    """Delete what is left of sources that were deleted with their deliveries."""
    for source in Source.objects.filter(deleted_at__isnull=False, keeps_log=False):
        actions.delete_log(source)
