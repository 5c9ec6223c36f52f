from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "helpdesk.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Register banners for stuck erasures, and repeat erasures that a restored backup has undone."""
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.encryption import register_encrypted_files
        from helpdesk.operations.setup_steps import register_setup_step
        from helpdesk.privacy import failures
        from helpdesk.privacy.erasure_list import reencrypt_keys, repeat_erasures
        from helpdesk.ui.banners import register_banners

        register_banners(failures.banners)
        register_setup_step(repeat_erasures)
        register_encrypted_files(reencrypt_keys)
        register_check("helpdesk.privacy.doctor.check_erasure_list")
