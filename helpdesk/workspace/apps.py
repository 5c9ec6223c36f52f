"""The room of the pages that people work in."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """Tickets, learners, courses, and what is written on tickets."""

    name = "helpdesk.workspace"

    def ready(self) -> None:
        """Have files of drafts hold up no page."""
        from helpdesk.operations.lanes import Lane, may_post_to_page, register_lane

        max_body = 26 * 1024 * 1024  # one file, and what is around it
        register_lane(Lane("uploads", ("/uploads/",), max_body, is_worth_reading=may_post_to_page, body_time=120))
