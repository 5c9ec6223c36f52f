"""The room of other programs: webhooks that go out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """WebhookEndpoints to what happens to tickets, and their deliveries."""

    name = "helpdesk.integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Follow the tickets' history; tell how it goes."""
        from helpdesk.integrations import metrics
        from helpdesk.integrations.enqueuing import enqueue_deliveries
        from helpdesk.operations.readings import register_readings
        from helpdesk.tickets.subscribers import register_subscriber

        register_subscriber("integrations", enqueue_deliveries)
        register_readings("webhooks", metrics.read_webhooks)
