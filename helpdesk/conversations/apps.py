"""The room of the conversation with the learner."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """Messages that go out and come in, and what is asked of the learner."""

    name = "helpdesk.conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Join what the project runs: the lane of learners' pages."""
        from helpdesk.conversations.lane import LANE
        from helpdesk.operations.lanes import register_lane

        register_lane(LANE)
