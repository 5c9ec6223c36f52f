"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.operations.retries import DATABASE_RETRY
from helpdesk.privacy import erasing, exporting
from helpdesk.privacy.models import LearnerErasure, LearnerExport

TURN = 2.0  # seconds until the next one has its turn


@app.task(name="privacy.make_export", queue="privacy", retry=DATABASE_RETRY)
def make_export(export_id: int, language: str) -> None:
    """Make the file of a learner's export. A worker that ends meanwhile leaves it to the next."""
    export = LearnerExport.objects.select_related("learner").filter(pk=export_id).first()
    if export and export.is_running:
        exporting.make_export(export, language or settings.LANGUAGE_CODE)


@app.periodic(cron="13 * * * *")
@app.task(name="privacy.forget_exports", queueing_lock="privacy.forget_exports")
def forget_exports(timestamp: int = 0) -> None:
    """The files whose time is over."""
    exporting.forget_expired()


@app.task(name="privacy.erase", queue="privacy", retry=DATABASE_RETRY)
def erase(erasure_id: int) -> None:
    """Make the steps of one turn, and queue up again where there is more to do."""
    if not erasing.erase(erasure_id, TURN):
        erase.defer(erasure_id=erasure_id)


@app.periodic(cron="* * * * *")
@app.task(name="privacy.erase_abandoned", queue="privacy", queueing_lock="privacy.erase_abandoned")
def erase_abandoned(timestamp: int = 0) -> None:
    """Go on with those whose jobs are gone, or have failed."""
    jobs = ProcrastinateJob.objects.filter(task_name="privacy.erase", status__in=["todo", "doing"])
    for pk in LearnerErasure.objects.filter(state=LearnerErasure.State.RUNNING).values_list("pk", flat=True):
        if not jobs.filter(args={"erasure_id": pk}).exists():
            erase.defer(erasure_id=pk)
