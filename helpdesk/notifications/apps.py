"""The room of what people are told by e-mail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Letters about tickets, and how to stop them."""

    name = "helpdesk.notifications"
    verbose_name = _("Notifications")
