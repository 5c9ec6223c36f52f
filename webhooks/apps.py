from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Fill the registry of handlers; open the lane of the intake."""
        from helpdesk.operations.lanes import register_lane
        from webhooks import handlers
        from webhooks.lane import LANE

        handlers.discover()
        register_lane(LANE)
