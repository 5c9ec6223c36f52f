"""The pages that people work in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    """Tickets, learners, courses, and what is written on tickets."""

    name = "helpdesk.workspace"
    verbose_name = _("Workspace")

    def ready(self) -> None:
        """Give file uploads a lane of their own, so that they do not hold up pages."""
        from helpdesk.operations.lanes import Lane, may_post_to_page, register_lane

        max_body = 26 * 1024 * 1024  # bytes: one file, and the rest of the form
        register_lane(Lane("uploads", ("/uploads/",), max_body, is_worth_reading=may_post_to_page, body_time=120))
