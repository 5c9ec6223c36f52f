"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from helpdesk.operations.retries import DATABASE_RETRY
from helpdesk.privacy import exporting
from helpdesk.privacy.models import LearnerExport


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
