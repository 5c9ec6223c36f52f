"""What became of many tickets at once, as a sentence: “39 tickets resolved”, “39 tickets assigned to Ana”."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from helpdesk.bulk.models import BulkChange
from helpdesk.teams.names import People
from helpdesk.tickets.changes import ASSIGNEE, MERGE, PRIORITY, REVERSIBLE, SNOOZE, STATUS, TAG, UNSNOOZE, UNTAG
from helpdesk.tickets.models import Priority, Status, Ticket
from helpdesk.ui.names import isolated_text


def tell_outcome(change: BulkChange, count: int) -> str:
    """The sentence for so many tickets that were changed."""
    tell = _TELLERS.get(change.kind)
    if tell is None:
        what = REVERSIBLE[change.kind].say(change.value, change.team)
        return ngettext("%(count)s ticket: %(what)s", "%(count)s tickets: %(what)s", count) % {
            "count": count,
            "what": what,
        }
    return tell(change, count)


def _tell_status(change: BulkChange, count: int) -> str:
    if change.value == Status.RESOLVED:
        return ngettext("%(count)s ticket resolved", "%(count)s tickets resolved", count) % {"count": count}
    if change.value == Status.CLOSED:
        return ngettext("%(count)s ticket closed", "%(count)s tickets closed", count) % {"count": count}
    label = str(Status(change.value).label)
    sentence = ngettext("%(count)s ticket set to “%(status)s”", "%(count)s tickets set to “%(status)s”", count)
    return sentence % {"count": count, "status": label}


def _tell_assignee(change: BulkChange, count: int) -> str:
    if not change.value:
        return ngettext("%(count)s ticket unassigned", "%(count)s tickets unassigned", count) % {"count": count}
    if change.value == str(change.actor_id):
        return ngettext("%(count)s ticket taken", "%(count)s tickets taken", count) % {"count": count}
    name = People(change.team, [int(change.value)]).label(int(change.value))
    sentence = ngettext("%(count)s ticket assigned to %(name)s", "%(count)s tickets assigned to %(name)s", count)
    return sentence % {"count": count, "name": isolated_text(name)}


def _tell_priority(change: BulkChange, count: int) -> str:
    label = str(Priority(int(change.value)).label)
    sentence = ngettext(
        "%(count)s ticket set to priority “%(priority)s”", "%(count)s tickets set to priority “%(priority)s”", count
    )
    return sentence % {"count": count, "priority": label}


def _tell_tag(change: BulkChange, count: int) -> str:
    sentence = ngettext("%(count)s ticket tagged “%(tag)s”", "%(count)s tickets tagged “%(tag)s”", count)
    return sentence % {"count": count, "tag": isolated_text(change.value)}


def _tell_untag(change: BulkChange, count: int) -> str:
    sentence = ngettext(
        "Tag “%(tag)s” removed from %(count)s ticket", "Tag “%(tag)s” removed from %(count)s tickets", count
    )
    return sentence % {"count": count, "tag": isolated_text(change.value)}


def _tell_snooze(change: BulkChange, count: int) -> str:
    until = timezone.localtime(datetime.fromisoformat(change.value))
    sentence = ngettext("%(count)s ticket snoozed until %(time)s", "%(count)s tickets snoozed until %(time)s", count)
    return sentence % {"count": count, "time": date_format(until, "SHORT_DATETIME_FORMAT")}


def _tell_unsnooze(_change: BulkChange, count: int) -> str:
    return ngettext("%(count)s ticket unsnoozed", "%(count)s tickets unsnoozed", count) % {"count": count}


def _tell_merge(change: BulkChange, count: int) -> str:
    number = Ticket.objects.for_team(change.team).filter(pk=change.value).values_list("number", flat=True).first()
    sentence = ngettext("%(count)s ticket merged into #%(number)s", "%(count)s tickets merged into #%(number)s", count)
    return sentence % {"count": count, "number": number or "?"}


_TELLERS: dict[str, Callable[[BulkChange, int], str]] = {
    STATUS.name: _tell_status,
    ASSIGNEE.name: _tell_assignee,
    PRIORITY.name: _tell_priority,
    TAG.name: _tell_tag,
    UNTAG.name: _tell_untag,
    SNOOZE.name: _tell_snooze,
    UNSNOOZE.name: _tell_unsnooze,
    MERGE.name: _tell_merge,
}
