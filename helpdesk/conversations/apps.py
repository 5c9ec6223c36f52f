"""The app of the conversations with learners."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """Messages in and out, and what learners are asked."""

    name = "helpdesk.conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Register lanes, services, banners, health and doctor checks and metrics; connect the providers' signals."""
        from anymail.signals import inbound, tracking

        from helpdesk.conversations import metrics
        from helpdesk.conversations.first_reply import scheduling
        from helpdesk.conversations.inbound import fetchers, filing, health, storing
        from helpdesk.conversations.inbound.provider_webhook import take_email
        from helpdesk.conversations.outside_services import mailbox_hosts
        from helpdesk.conversations.request_lanes import LANE, PROVIDERS
        from helpdesk.conversations.sending import failure_banners
        from helpdesk.conversations.sending.tracking import record_event
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.health import register_health_check
        from helpdesk.operations.lanes import register_lane
        from helpdesk.operations.outside_services import register_outside_services
        from helpdesk.operations.readings import register_readings
        from helpdesk.operations.worker_services import Service, register_service
        from helpdesk.ui.banners import register_banners

        register_outside_services(mailbox_hosts)
        register_lane(LANE)
        register_lane(PROVIDERS)
        register_service(Service("conversations.inbound", storing.CHANNEL, filing.file_waiting))
        register_service(Service("conversations.mailboxes", fetchers.CHANNEL, fetchers.FETCHERS.look))
        register_health_check("mailboxes", health.check)
        register_readings("emails", metrics.read_emails)
        for name in ("mail_server", "sending_domain", "mailboxes", "reports"):
            register_check(f"helpdesk.conversations.doctor.check_{name}")
        scheduling.register()
        register_banners(failure_banners.banners)
        register_banners(health.banners)
        inbound.connect(take_email, dispatch_uid="conversations.inbound")
        tracking.connect(record_event, dispatch_uid="conversations.tracking")
