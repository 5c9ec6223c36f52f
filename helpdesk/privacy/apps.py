from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "helpdesk.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Have people told of erasures that do not get on."""
        from helpdesk.privacy import failures
        from helpdesk.ui.banners import register_banners

        register_banners(failures.banners)
