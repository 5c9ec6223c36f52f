"""The kinds of learner activity, and their sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from helpdesk.ui.isolation import isolated

if TYPE_CHECKING:
    from helpdesk.courses.models import LearnerActivity


class ActivityKind(TextChoices):
    """What happened; values are the last part of Nutror's event names."""

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


class _Texts(NamedTuple):
    """The sentence for what a learner did, and a short form to show after the lesson or module, if there is one."""

    sentence: str | Promise
    short: str | Promise = ""


_TEXTS: dict[str, _Texts] = {
    ActivityKind.ENROLLMENT_CREATED: _Texts(gettext_lazy("Enrolled in the course")),
    ActivityKind.LESSON_STARTED: _Texts(gettext_lazy("Started {lesson}"), pgettext_lazy("lesson", "started")),
    ActivityKind.LESSON_WATCHED: _Texts(gettext_lazy("Finished {lesson}"), pgettext_lazy("lesson", "finished")),
    ActivityKind.LESSON_RATED: _Texts(
        gettext_lazy("Rated {lesson} {rating} out of 5"), gettext_lazy("rated {rating} out of 5")
    ),
    ActivityKind.LESSON_SAVED: _Texts(gettext_lazy("Saved {lesson}"), pgettext_lazy("lesson", "saved")),
    ActivityKind.MODULE_COMPLETED: _Texts(
        gettext_lazy("Completed the module {module}"), pgettext_lazy("module", "completed")
    ),
    ActivityKind.FILE_DOWNLOADED: _Texts(
        gettext_lazy("Downloaded a file of {lesson}"), gettext_lazy("downloaded a file")
    ),
    ActivityKind.NOTATION_CREATED: _Texts(gettext_lazy("Wrote a note in {lesson}"), gettext_lazy("wrote a note")),
    ActivityKind.COMMENT_CREATED: _Texts(gettext_lazy("Commented “{comment}” in {lesson}"), "“{comment}”"),
    ActivityKind.COMMENT_REPLIED: _Texts(gettext_lazy("Answered “{comment}” in {lesson}"), "“{comment}”"),
    ActivityKind.COMMENT_DELETED: _Texts(
        gettext_lazy("Deleted a comment in {lesson}"), gettext_lazy("deleted a comment")
    ),
    ActivityKind.CERTIFICATE_VIEWED: _Texts(gettext_lazy("Opened the certificate")),
    ActivityKind.COMMUNITY_VIEWED: _Texts(gettext_lazy("Visited the community")),
    ActivityKind.INACTIVE_STUDENT: _Texts(gettext_lazy("Had no activity for some time")),
}
_RATED_SOMEHOW = _Texts(gettext_lazy("Rated {lesson}"), pgettext_lazy("lesson", "rated"))
_COMPLETED_SOME_MODULE = _Texts(gettext_lazy("Completed a module"))
_OF_A_NEWER_VERSION = _Texts(gettext_lazy("Did something in the course"))  # stored while both versions run
_WITH_COMMENT = {ActivityKind.COMMENT_CREATED, ActivityKind.COMMENT_REPLIED}


def activity_kinds() -> list[tuple[str, Any]]:
    """The choices of LearnerActivity.kind; a function, so that a new kind needs no migration."""
    return ActivityKind.choices


def describe_step(step: LearnerActivity, *, words: int | None = None) -> SafeString:
    """What the learner did, without the time: “Started <b>Lesson 3</b>”; `words` limits titles and comments."""

    def shown(text: str) -> SafeString:
        return isolated(Truncator(Truncator(text).words(words)).chars(60) if words else text)

    return format_html(
        str(_texts_of(step).sentence),
        lesson=format_html("<b>{}</b>", shown(step.lesson_title or _("a lesson"))),
        rating=step.rating,
        module=format_html("<b>{}</b>", shown(step.module_title)) if step.module_title else "",
        comment=shown(Truncator(step.comment_text).chars(90)) if step.comment_text else "",
        days=step.inactive_days,
    )


def headline_of(step: LearnerActivity) -> SafeString:
    """Where the learner was, then what they did: “<b>Lesson 3</b> · started”, since lists are scanned for lessons."""
    place = step.module_title if step.kind == ActivityKind.MODULE_COMPLETED else step.lesson_title
    done = str(_texts_of(step).short)
    if not (place and done) or (step.kind in _WITH_COMMENT and not step.comment_text):
        return describe_step(step)
    comment = isolated(Truncator(step.comment_text).chars(90)) if step.comment_text else ""
    return format_html("<b>{}</b> · {}", isolated(place), format_html(done, rating=step.rating, comment=comment))


def _texts_of(step: LearnerActivity) -> _Texts:
    """The texts of the step's kind, or others if the step lacks a value that these need."""
    match step.kind:
        case ActivityKind.LESSON_RATED if step.rating is None:
            return _RATED_SOMEHOW
        case ActivityKind.MODULE_COMPLETED if not step.module_title:
            return _COMPLETED_SOME_MODULE
        case ActivityKind.INACTIVE_STUDENT if step.inactive_days:
            days = step.inactive_days
            return _Texts(ngettext("Had no activity for {days} day", "Had no activity for {days} days", days))
    return _TEXTS.get(step.kind, _OF_A_NEWER_VERSION)
