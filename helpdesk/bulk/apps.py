"""The app for changes to many tickets at once."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    """Bulk changes, their progress and their undo."""

    name = "helpdesk.bulk"
    verbose_name = _("Bulk changes")
