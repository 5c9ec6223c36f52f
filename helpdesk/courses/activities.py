"""The kinds of learner activity, and the sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from helpdesk.ui.names import isolated

if TYPE_CHECKING:
    from helpdesk.courses.models import LearnerActivity


class ActivityKind(TextChoices):
    """What happened; the last part of Nutror's event name."""

    ENROLLMENT_CREATED = "enrollment_created", gettext_lazy("enrolled")
    LESSON_STARTED = "lesson_started", gettext_lazy("started a lesson")
    LESSON_WATCHED = "lesson_watched", gettext_lazy("finished a lesson")
    LESSON_RATED = "lesson_rated", gettext_lazy("rated a lesson")
    LESSON_SAVED = "lesson_saved", gettext_lazy("saved a lesson")
    MODULE_COMPLETED = "module_completed", gettext_lazy("completed a module")
    FILE_DOWNLOADED = "file_downloaded", gettext_lazy("downloaded a file")
    NOTATION_CREATED = "notation_created", gettext_lazy("wrote a note")
    COMMENT_CREATED = "comment_created", gettext_lazy("commented")
    COMMENT_REPLIED = "comment_replied", gettext_lazy("answered a comment")
    COMMENT_DELETED = "comment_deleted", gettext_lazy("deleted a comment")
    CERTIFICATE_VIEWED = "certificate_viewed", gettext_lazy("opened the certificate")
    COMMUNITY_VIEWED = "community_viewed", gettext_lazy("visited the community")
    INACTIVE_STUDENT = "inactive_student", gettext_lazy("had no activity")


COMPLETIONS = {ActivityKind.LESSON_WATCHED, ActivityKind.MODULE_COMPLETED, ActivityKind.CERTIFICATE_VIEWED}


def activity_kinds() -> list[tuple[str, Any]]:
    """The choices of the model, looked up when they are needed: another kind is no change of the database."""
    return ActivityKind.choices


def describe_step(step: LearnerActivity, *, words: int | None = None) -> SafeString:
    """What somebody did, without the time: “Started <b>Lesson 3</b>”; with so many words of a title or comment."""

    def shown(text: str) -> SafeString:
        return isolated(Truncator(Truncator(text).words(words)).chars(60) if words else text)

    return format_html(
        _pattern_of(step),
        lesson=format_html("<b>{}</b>", shown(step.lesson_title or _("a lesson"))),
        rating=step.rating,
        module=format_html("<b>{}</b>", shown(step.module_title)) if step.module_title else "",
        comment=shown(Truncator(step.comment_text).chars(90)) if step.comment_text else "",
        days=step.inactive_days,
    )


def headline_of(step: LearnerActivity) -> SafeString:
    """Where somebody was, then what they did there: the lesson is what one looks for in a list."""
    place = step.module_title if step.kind == ActivityKind.MODULE_COMPLETED else step.lesson_title
    done = _short_pattern_of(step)
    if not (place and done):
        return describe_step(step)
    comment = isolated(Truncator(step.comment_text).chars(90)) if step.comment_text else ""
    return format_html("<b>{}</b> · {}", isolated(place), format_html(done, rating=step.rating, comment=comment))


def _short_pattern_of(step: LearnerActivity) -> str:
    match ActivityKind(step.kind):
        case ActivityKind.LESSON_STARTED:
            return pgettext("lesson", "started")
        case ActivityKind.LESSON_WATCHED:
            return pgettext("lesson", "finished")
        case ActivityKind.LESSON_RATED:
            return pgettext("lesson", "rated") if step.rating is None else _("rated {rating} out of 5")
        case ActivityKind.LESSON_SAVED:
            return pgettext("lesson", "saved")
        case ActivityKind.MODULE_COMPLETED:
            return pgettext("module", "completed")
        case ActivityKind.FILE_DOWNLOADED:
            return _("downloaded a file")
        case ActivityKind.NOTATION_CREATED:
            return _("wrote a note")
        case ActivityKind.COMMENT_CREATED | ActivityKind.COMMENT_REPLIED if step.comment_text:
            return "“{comment}”"
        case ActivityKind.COMMENT_DELETED:
            return _("deleted a comment")
        case _:
            return ""


def _pattern_of(step: LearnerActivity) -> str:
    match ActivityKind(step.kind):
        case ActivityKind.ENROLLMENT_CREATED:
            return _("Enrolled in the course")
        case ActivityKind.LESSON_STARTED:
            return _("Started {lesson}")
        case ActivityKind.LESSON_WATCHED:
            return _("Finished {lesson}")
        case ActivityKind.LESSON_RATED:
            return _("Rated {lesson}") if step.rating is None else _("Rated {lesson} {rating} out of 5")
        case ActivityKind.LESSON_SAVED:
            return _("Saved {lesson}")
        case ActivityKind.MODULE_COMPLETED:
            return _("Completed the module {module}") if step.module_title else _("Completed a module")
        case ActivityKind.FILE_DOWNLOADED:
            return _("Downloaded a file of {lesson}")
        case ActivityKind.NOTATION_CREATED:
            return _("Wrote a note in {lesson}")
        case ActivityKind.COMMENT_CREATED:
            return _("Commented “{comment}” in {lesson}")
        case ActivityKind.COMMENT_REPLIED:
            return _("Answered “{comment}” in {lesson}")
        case ActivityKind.COMMENT_DELETED:
            return _("Deleted a comment in {lesson}")
        case ActivityKind.CERTIFICATE_VIEWED:
            return _("Opened the certificate")
        case ActivityKind.COMMUNITY_VIEWED:
            return _("Visited the community")
        case ActivityKind.INACTIVE_STUDENT if step.inactive_days:
            days = step.inactive_days
            return ngettext("Had no activity for {days} day", "Had no activity for {days} days", days)
        case ActivityKind.INACTIVE_STUDENT:
            return _("Had no activity for some time")
