from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "helpdesk.inbox"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        """Update saved views when a tag in their filters is renamed."""
        from helpdesk.inbox.saved_views import rename_tag
        from helpdesk.tickets.actions.team_tags import register_renaming

        register_renaming(rename_tag)
