"""Notifications by e-mail and in browsers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """E-mails and notifications about tickets, and how to stop them."""

    name = "helpdesk.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Follow ticket events, end subscriptions that are no longer allowed, have set-up make the keys, and show a
        panel on the account's page.
        """
        from helpdesk.notifications.outside_services import push_services
        from helpdesk.notifications.push import subscriptions
        from helpdesk.notifications.push.enqueuing import NOTIFIED_KINDS, look_soon
        from helpdesk.notifications.push.keys import ensure_push_key
        from helpdesk.operations.outside_services import register_outside_services
        from helpdesk.operations.setup_steps import register_setup_step
        from helpdesk.teams.leaving import register_revocation
        from helpdesk.teams.session_ends import SessionEnd, register_session_end
        from helpdesk.tickets.subscribers import register_subscriber
        from helpdesk.ui.registered_parts import register_part

        register_subscriber("notifications.push", look_soon, kinds=NOTIFIED_KINDS)
        register_outside_services(push_services)
        register_revocation(subscriptions.end_orphaned)
        register_session_end(SessionEnd(subscriptions.end_this_browsers, subscriptions.end_other_browsers))
        register_setup_step(ensure_push_key)
        register_part("account", "notifications/_push.html")
