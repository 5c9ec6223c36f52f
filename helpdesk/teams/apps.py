from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "helpdesk.teams"
    label = "teams"
    verbose_name = _("Teams")

    def ready(self) -> None:
        """Register second factors' secrets for re-encryption, and the doctor's checks."""
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.encryption import register_encrypted_json_key

        for key in ("secret", "seed"):
            register_encrypted_json_key("mfa.Authenticator", "data", key)
        for name in ("single_sign_on", "account_addresses"):
            register_check(f"helpdesk.teams.doctor.check_{name}")
