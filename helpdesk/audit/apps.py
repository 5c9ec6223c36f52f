from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "helpdesk.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        """Record what the operator does to all teams."""
        from helpdesk.audit.recording import record_command
        from helpdesk.operations.operator_commands import register_recorder

        register_recorder(record_command)
