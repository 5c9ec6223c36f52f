from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Fill the registry of handlers, have workers process what waits, and people see where that fails."""
        from helpdesk.operations.services import Service, register_service
        from helpdesk.ui.banners import register_banners
        from webhooks import handlers, health
        from webhooks.processing import process_waiting
        from webhooks.storage import CHANNEL

        handlers.discover()
        register_service(Service("webhooks.deliveries", CHANNEL, process_waiting))
        register_banners(health.banners)
