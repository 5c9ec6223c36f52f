"""The room of other programs: webhooks that go out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Subscriptions to what happens to tickets, and their deliveries."""

    name = "helpdesk.integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Listen to the tickets' history."""
        from helpdesk.integrations.enqueuing import enqueue_deliveries
        from helpdesk.tickets.listeners import register_listener

        register_listener(enqueue_deliveries)
