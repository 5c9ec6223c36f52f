from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "helpdesk.api"
    label = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        """Register the schema's extensions, the lanes, and the checks on tokens that have lost their rights."""
        from helpdesk.api.actions import revoke_orphaned_tokens
        from helpdesk.api.framework import schema_extensions  # noqa: F401 - it registers itself
        from helpdesk.api.framework.lane import LANE, UPLOADS
        from helpdesk.api.models import Token
        from helpdesk.bulk.rights import register_token_check
        from helpdesk.operations.lanes import register_lane
        from helpdesk.teams.leaving import register_revocation

        register_lane(UPLOADS)
        register_lane(LANE)
        register_revocation(revoke_orphaned_tokens)
        register_token_check(lambda pk: any(token.is_live for token in Token.objects.filter(pk=pk)))
