"""Changes to a team's first replies: saving, enabling and deleting them, with undo."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.first_reply.texts import check_body
from helpdesk.conversations.models import FirstReply
from helpdesk.conversations.models.replies import LONGEST_DELAY
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.courses.models import Course
from helpdesk.teams.models import Team, User
from helpdesk.tickets.actions import ActionRefused

KEPT = ["course_id", "is_enabled", "body", "language", "delay_minutes"]


class CourseTaken(ActionRefused):
    """The course, or all courses together, already has a first reply."""

    def __init__(self) -> None:
        super().__init__(_("This choice already has a first reply. Edit that one."))


def save_first_reply(reply: FirstReply, by: User | None, program: str = "") -> None:
    """Save a new or changed first reply. Raises CourseTaken, and ActionRefused if a new text or the delay is invalid.

    Changes are audited, by `by` or the program of this name.
    """
    before = FirstReply.objects.filter(pk=reply.pk).values(*KEPT).first()
    if before is None or reply.body != before["body"]:
        reply.body = check_body(reply.body, sender_of(reply.team).name, reply.language)
    if not 0 <= reply.delay_minutes <= LONGEST_DELAY:
        raise ActionRefused(_("The delay can be at most 12 hours."))
    if FirstReply.objects.for_team(reply.team).filter(course=reply.course).exclude(pk=reply.pk).exists():
        raise CourseTaken
    reply.updated_at, reply.updated_by = timezone.now(), by
    try:
        with transaction.atomic():
            reply.save()
            if before != _kept(reply):
                _record(reply, Kind.FIRST_REPLY_CHANGED, by, program)
    except IntegrityError:  # somebody created one concurrently
        raise CourseTaken from None


def switch(reply: FirstReply, by: User | None, *, is_enabled: bool) -> None:
    """Enable or disable it from the next decision on; once it is off, waiting requests are not sent."""
    with transaction.atomic():
        if reply.is_enabled != is_enabled:
            reply.is_enabled = is_enabled
            _record(reply, Kind.FIRST_REPLY_CHANGED, by)
        reply.updated_at, reply.updated_by = timezone.now(), by
        reply.save(update_fields=["is_enabled", "updated_at", "updated_by"])


@transaction.atomic
def delete_first_reply(reply: FirstReply, by: User | None, program: str = "") -> dict[str, Any]:
    """Delete it; what is waiting is not sent. Returns what `restore_first_reply` needs to restore it."""
    kept = _kept(reply)
    _record(reply, Kind.FIRST_REPLY_DELETED, by, program)
    reply.delete()
    return kept


def restore_first_reply(team: Team, kept: dict[str, Any], by: User | None) -> FirstReply:
    """Restore a deleted one. Raises CourseTaken if another has replaced it, or ActionRefused if its course is gone."""
    if kept["course_id"] and not Course.objects.for_team(team).filter(pk=kept["course_id"]).exists():
        raise ActionRefused(_("The course no longer exists, so its first reply cannot be restored."))
    reply = FirstReply(team=team, **kept)
    save_first_reply(reply, by)
    return reply


def _kept(reply: FirstReply) -> dict[str, Any]:
    return {name: getattr(reply, name) for name in KEPT}


def _record(reply: FirstReply, kind: Kind, by: User | None, program: str = "") -> None:
    details = "on" if reply.is_enabled else "off"
    record_audit(reply.team_id, kind, by, about=reply.course or "", details=details, program=program)
