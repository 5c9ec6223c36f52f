from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "helpdesk.tickets"
    label = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        """Have every worker publish the history."""
        from helpdesk.operations.services import register_service
        from helpdesk.tickets.publishing import PUBLISHER

        register_service(PUBLISHER)
