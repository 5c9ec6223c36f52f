from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Register the handlers, the intake's lane, the worker service, health checks, metrics, banners and parts of
        pages.
        """
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.health import register_health_check
        from helpdesk.operations.lanes import register_lane
        from helpdesk.operations.readings import register_readings
        from helpdesk.operations.worker_services import Service, register_service
        from helpdesk.ui.banners import register_banners
        from helpdesk.ui.registered_parts import register_part
        from webhooks import handlers, health, metrics
        from webhooks.lane import LANE
        from webhooks.processing import process_waiting
        from webhooks.storage import CHANNEL

        handlers.discover()
        register_lane(LANE)
        register_service(Service("webhooks.deliveries", CHANNEL, process_waiting))
        register_health_check("deliveries", health.check)
        register_readings("deliveries", metrics.read_deliveries)
        register_check("webhooks.doctor.check_deliveries")
        register_banners(health.banners)
        register_part("inbox_first_run", "webhooks/_first_run.html")
        register_part("inbox_above_list", "webhooks/_setup_line.html")
        register_part("ticket_notices", "webhooks/_test_ticket.html")
