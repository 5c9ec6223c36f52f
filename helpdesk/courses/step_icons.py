"""Icons for steps of learners, where there is little room."""

from __future__ import annotations

from django.utils.safestring import SafeString

from helpdesk.courses.activities import ActivityKind
from helpdesk.courses.models import LearnerActivity
from helpdesk.ui.icons import icon

NAMES: dict[str, str] = {
    ActivityKind.ENROLLMENT_CREATED: "door",
    ActivityKind.LESSON_STARTED: "play",
    ActivityKind.LESSON_WATCHED: "play",
    ActivityKind.LESSON_RATED: "star",
    ActivityKind.LESSON_SAVED: "bookmark",
    ActivityKind.MODULE_COMPLETED: "book",
    ActivityKind.FILE_DOWNLOADED: "download",
    ActivityKind.NOTATION_CREATED: "edit",
    ActivityKind.COMMENT_CREATED: "chat",
    ActivityKind.COMMENT_REPLIED: "chat",
    ActivityKind.COMMENT_DELETED: "chat",
    ActivityKind.CERTIFICATE_VIEWED: "seal",
    ActivityKind.COMMUNITY_VIEWED: "team",
    ActivityKind.INACTIVE_STUDENT: "clock",
}


def step_icon(step: LearnerActivity | None) -> SafeString:
    """The step's icon; a person if there is no step, or no icon for its kind."""
    return icon(NAMES.get(step.kind, "person") if step else "person")
