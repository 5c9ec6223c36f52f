from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "helpdesk.courses"
    label = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        """Have looks at learners in the admin recorded in the audit log."""
        from helpdesk.courses.admin_looks import note_look
        from helpdesk.ui.admin import register_look

        register_look(note_look)
