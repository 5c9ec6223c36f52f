from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "helpdesk.teams"
    label = "teams"
    verbose_name = _("Teams")

    def ready(self) -> None:
        """Have the secrets of two-factor logins re-encrypted with the others, and the login provider checked."""
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.encryption import register_encrypted_json_key

        for key in ("secret", "seed"):
            register_encrypted_json_key("mfa.Authenticator", "data", key)
        register_check("helpdesk.teams.doctor.check_single_sign_on")
