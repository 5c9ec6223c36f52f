from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "helpdesk.api"
    label = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        """Have the schema know the shell's own kinds of fields."""
        from helpdesk.api import schema_extensions  # noqa: F401 - it registers itself
