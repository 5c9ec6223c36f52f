"""The room of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures over a period; no tables of its own."""

    name = "helpdesk.reports"
