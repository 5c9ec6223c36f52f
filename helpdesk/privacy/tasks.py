"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.operations.retries import DATABASE_RETRY
from helpdesk.privacy import erasing, exporting, forgetting
from helpdesk.privacy.models import LearnerErasure, LearnerExport

TURN_SECONDS = 2.0  # per job, so that others get a turn
PAUSE_SECONDS = 5  # while waiting for older transactions


@app.task(name="privacy.make_export", queue="privacy", retry=DATABASE_RETRY)
def make_export_file(export_id: int, language: str) -> None:
    """Make the file of a learner's export. If the worker ends meanwhile, another takes the job over."""
    export = LearnerExport.objects.select_related("learner").filter(pk=export_id).first()
    if export and export.is_running:
        exporting.write_export(export, language or settings.LANGUAGE_CODE)


@app.periodic(cron="13 * * * *")
@app.task(name="privacy.forget_exports", queue="privacy", queueing_lock="privacy.forget_exports")
def forget_exports(timestamp: int = 0) -> None:
    """Delete expired files of exports."""
    exporting.forget_expired()


@app.periodic(cron="31 3 * * *")
@app.task(name="privacy.forget_old", queue="privacy", queueing_lock="privacy.forget_old")
def forget_old(timestamp: int = 0, first_team: int = 0) -> None:
    """Forget what teams no longer keep, a turn at a time; after an interruption, the rest waits for the next day."""
    next_team = forgetting.forget_of_teams(first_team, TURN_SECONDS)
    if next_team is not None:
        forget_old.defer(first_team=next_team)


@app.task(name="privacy.erase", queue="privacy")
def take_turn_erasing(erasure_id: int) -> None:
    """Make the steps of one turn, and queue the next turn if there is more to do.

    There are no retries with growing delays: `erase_abandoned` queues a new job within a minute.
    """
    match erasing.make_steps(erasure_id, TURN_SECONDS):
        case erasing.Progress.MORE:
            take_turn_erasing.defer(erasure_id=erasure_id)
        case erasing.Progress.WAITING:
            take_turn_erasing.configure(schedule_in={"seconds": PAUSE_SECONDS}).defer(erasure_id=erasure_id)


@app.periodic(cron="* * * * *")
@app.task(name="privacy.erase_abandoned", queue="privacy", queueing_lock="privacy.erase_abandoned")
def erase_abandoned(timestamp: int = 0) -> None:
    """Continue running erasures whose jobs are gone or have failed."""
    jobs = ProcrastinateJob.objects.filter(task_name="privacy.erase", status__in=["todo", "doing"])
    for pk in LearnerErasure.objects.filter(state=LearnerErasure.State.RUNNING).values_list("pk", flat=True):
        if not jobs.filter(args={"erasure_id": pk}).exists():
            take_turn_erasing.defer(erasure_id=pk)
