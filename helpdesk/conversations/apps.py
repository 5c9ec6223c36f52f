"""The room of the conversation with the learner."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """Messages that go out and come in, and what is asked of the learner."""

    name = "helpdesk.conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Join what the project runs: the lane of learners' pages; what follows from e-mails that did not get there."""
        from anymail.signals import tracking

        from helpdesk.conversations.failures import banners
        from helpdesk.conversations.lane import LANE
        from helpdesk.conversations.tracking import take_event
        from helpdesk.operations.lanes import register_lane
        from helpdesk.ui.banners import register_banners

        register_lane(LANE)
        register_banners(banners)
        tracking.connect(take_event, dispatch_uid="conversations.tracking")
