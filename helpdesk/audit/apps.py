from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "helpdesk.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        """Have what the operator does for all teams stand in it as well."""
        from helpdesk.audit.recording import record_command
        from helpdesk.operations.operator_commands import register_recorder

        register_recorder(record_command)
