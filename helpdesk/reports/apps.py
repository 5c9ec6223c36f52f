"""Reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Figures over a period, and the summaries of days that the worker keeps for them."""

    name = "helpdesk.reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Register the doctor's check of the summaries."""
        from helpdesk.operations.doctor.findings import register_check

        register_check("helpdesk.reports.doctor.check_summaries")
