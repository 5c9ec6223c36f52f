"""What is asked for about a learner's data."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from procrastinate.contrib.django import app

from helpdesk.courses.models import Learner
from helpdesk.privacy.models import LearnerExport
from helpdesk.teams.models import User


def request_export(learner: Learner, by: User) -> LearnerExport:
    """Have a worker make the file of all that is held of a learner; the one that is being made, if one is."""
    try:
        with transaction.atomic():
            export = LearnerExport.objects.create(team_id=learner.team_id, learner=learner, requested_by=by)
            app.configure_task("privacy.make_export").defer(export_id=export.pk, language=get_language() or "")
    except IntegrityError:
        running = LearnerExport.objects.running().filter(learner=learner).first()
        if running is None:
            raise
        return running
    return export
