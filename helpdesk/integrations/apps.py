"""Outgoing webhooks for other programs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Webhook endpoints for events of tickets, and their deliveries."""

    name = "helpdesk.integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Subscribe to the tickets' history, and register metrics."""
        from helpdesk.integrations import metrics
        from helpdesk.integrations.enqueuing import enqueue_deliveries
        from helpdesk.operations.readings import register_readings
        from helpdesk.tickets.subscribers import register_subscriber

        register_subscriber("integrations", enqueue_deliveries)
        register_readings("webhooks", metrics.read_webhooks)
