"""What a change did to tickets, in words: `describe_…` for one ticket, `summarize_…` for a number of them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.models import User
from helpdesk.teams.names import People
from helpdesk.tickets.change_base import MadeChange
from helpdesk.tickets.models import DONE_STATUSES, Priority, Status, Ticket
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.relative_times import short_moment


def describe_status(made: MadeChange) -> str:
    """“resolved”; “reopened” if it was finished."""
    return _("reopened") if _is_reopening(made) else str(Status(made.value).label).lower()


def describe_assignee(made: MadeChange) -> str:
    """“assigned to Ana”; “assigned to you” if that is the one who did it."""
    if made.value == str(made.actor):
        return _("assigned to you")
    person = User.objects.filter(pk=made.value).first() if made.value else None
    if person is None:
        return _("unassigned")
    return _("assigned to %(name)s") % {"name": isolated_text(People(made.team, [person.pk]).label(person.pk))}


def describe_snooze(made: MadeChange) -> str:
    """“snoozed until Monday”, in the current time zone."""
    return _("snoozed until %(time)s") % {"time": _moment(made)}


def describe_merge(made: MadeChange) -> str:
    """“merged into #1042”."""
    return _("merged into #%(number)s") % {"number": _number(made)}


def summarize_status(count: int, made: MadeChange) -> str:
    """“39 tickets resolved”; “reopened” if all of them were finished."""
    if _is_reopening(made):
        return ngettext("%(count)s ticket reopened", "%(count)s tickets reopened", count) % {"count": count}
    if made.value == Status.RESOLVED:
        return ngettext("%(count)s ticket resolved", "%(count)s tickets resolved", count) % {"count": count}
    if made.value == Status.CLOSED:
        return ngettext("%(count)s ticket closed", "%(count)s tickets closed", count) % {"count": count}
    sentence = ngettext("%(count)s ticket set to “%(status)s”", "%(count)s tickets set to “%(status)s”", count)
    return sentence % {"count": count, "status": str(Status(made.value).label)}


def summarize_assignee(count: int, made: MadeChange) -> str:
    """“39 tickets assigned to Ana”; “taken” if that is the one who did it."""
    if not made.value:
        return ngettext("%(count)s ticket unassigned", "%(count)s tickets unassigned", count) % {"count": count}
    if made.value == str(made.actor):
        return ngettext("%(count)s ticket taken", "%(count)s tickets taken", count) % {"count": count}
    name = People(made.team, [int(made.value)]).label(int(made.value))
    sentence = ngettext("%(count)s ticket assigned to %(name)s", "%(count)s tickets assigned to %(name)s", count)
    return sentence % {"count": count, "name": isolated_text(name)}


def summarize_priority(count: int, made: MadeChange) -> str:
    """“39 tickets set to priority “Urgent””."""
    sentence = ngettext(
        "%(count)s ticket set to priority “%(priority)s”", "%(count)s tickets set to priority “%(priority)s”", count
    )
    return sentence % {"count": count, "priority": str(Priority(int(made.value)).label)}


def summarize_tag(count: int, made: MadeChange) -> str:
    """“39 tickets tagged “video””."""
    sentence = ngettext("%(count)s ticket tagged “%(tag)s”", "%(count)s tickets tagged “%(tag)s”", count)
    return sentence % {"count": count, "tag": isolated_text(made.value)}


def summarize_untag(count: int, made: MadeChange) -> str:
    """“Tag “video” removed from 39 tickets”."""
    sentence = ngettext(
        "Tag “%(tag)s” removed from %(count)s ticket", "Tag “%(tag)s” removed from %(count)s tickets", count
    )
    return sentence % {"count": count, "tag": isolated_text(made.value)}


def summarize_snooze(count: int, made: MadeChange) -> str:
    """“39 tickets snoozed until Monday”."""
    sentence = ngettext("%(count)s ticket snoozed until %(time)s", "%(count)s tickets snoozed until %(time)s", count)
    return sentence % {"count": count, "time": _moment(made)}


def summarize_unsnooze(count: int, _made: MadeChange) -> str:
    """“39 tickets unsnoozed”."""
    return ngettext("%(count)s ticket unsnoozed", "%(count)s tickets unsnoozed", count) % {"count": count}


def summarize_merge(count: int, made: MadeChange) -> str:
    """“39 tickets merged into #1042”."""
    sentence = ngettext("%(count)s ticket merged into #%(number)s", "%(count)s tickets merged into #%(number)s", count)
    return sentence % {"count": count, "number": _number(made)}


def _is_reopening(made: MadeChange) -> bool:
    """Whether the change sets tickets to open that all were finished."""
    if made.value != Status.OPEN:
        return False
    before = set(made.statuses_before())
    return bool(before) and before <= set(DONE_STATUSES)


def _moment(made: MadeChange) -> str:
    return short_moment(datetime.fromisoformat(made.value))


def _number(made: MadeChange) -> int | str:
    return Ticket.objects.for_team(made.team).filter(pk=made.value).values_list("number", flat=True).first() or "?"
