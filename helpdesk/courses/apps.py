from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "helpdesk.courses"
    label = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        """Have the audit log say which learners were viewed in the admin."""
        from helpdesk.courses.viewed_learners import record_viewed_learners
        from helpdesk.ui.admin import register_view_recorder

        register_view_recorder(record_viewed_learners)
