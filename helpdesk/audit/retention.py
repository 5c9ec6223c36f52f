"""How long the audit log is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.audit.models import KEPT_DAYS, READS_KEPT_DAYS, AuditEvent, LearnerRead
from helpdesk.privacy.retention import Retained

LEAST_DAYS = 180  # the shortest time, so that nobody can make their own actions disappear soon
LEAST_DAYS_OF_READS = 90
SAY_AT_WORK = "SELECT set_config('helpdesk.audit_retention', %s, true)"  # the table's trigger requires it


def due(team_id: int, before: datetime) -> QuerySet[AuditEvent]:
    """The team's events from before this time, oldest first."""
    return AuditEvent.objects.filter(team=team_id, created_at__lt=before).order_by("created_at", "pk")


def forget(pks: list[int]) -> None:
    """Delete these events; only retention may."""
    _delete(AuditEvent, pks)


def reads_due(team_id: int, before: datetime) -> QuerySet[LearnerRead]:
    """The team's API reads from before this time, oldest first."""
    return LearnerRead.objects.filter(team=team_id, created_at__lt=before).order_by("created_at", "pk")


def forget_reads(pks: list[int]) -> None:
    """Delete these API reads."""
    _delete(LearnerRead, pks)


def _delete(model: type[Model], pks: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SAY_AT_WORK, ["on"])
        model._default_manager.filter(pk__in=pks).delete()
        cursor.execute(SAY_AT_WORK, [""])


RETAINED = [
    Retained(
        "audit_log",
        _("Audit log"),
        _("Who looked at learners, exported or erased them, and changed rights and settings."),
        KEPT_DAYS,
        due,
        forget,
        least_days=LEAST_DAYS,
    ),
    Retained(
        "api_reads",
        _("Reads through the API"),
        _("Which learners’ data each token read, day by day."),
        READS_KEPT_DAYS,
        reads_due,
        forget_reads,
        least_days=LEAST_DAYS_OF_READS,
    ),
]
