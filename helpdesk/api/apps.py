from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "helpdesk.api"
    label = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        """Register the schema's extensions, the lane of the API, and that lost rights end tokens."""
        from helpdesk.api.actions import revoke_orphaned_tokens
        from helpdesk.api.framework import schema_extensions  # noqa: F401 - it registers itself
        from helpdesk.api.framework.lane import LANE, UPLOADS
        from helpdesk.operations.lanes import register_lane
        from helpdesk.teams.leaving import register_revocation

        register_lane(UPLOADS)
        register_lane(LANE)
        register_revocation(revoke_orphaned_tokens)
