"""Changes of tickets in words: `describe_…` with their value, in a few; `summarize_…` of a count of tickets."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.models import Priority, Status, Ticket
from helpdesk.ui.names import isolated_text
from helpdesk.ui.templatetags.ui import short_moment


def describe_assignee(key: str, team: Team) -> str:
    """“assigned to Ana”."""
    person = User.objects.filter(pk=key).first() if key else None
    if person is None:
        return _("unassigned")
    return _("assigned to %(name)s") % {"name": isolated_text(People(team, [person.pk]).label(person.pk))}


def describe_snooze(text: str, _team: Team) -> str:
    """“snoozed until Monday”, in the reader's zone."""
    return _("snoozed until %(time)s") % {"time": _moment(text)}


def describe_merge(key: str, team: Team) -> str:
    """“merged into #1042”."""
    return _("merged into #%(number)s") % {"number": _number(key, team)}


def summarize_status(count: int, status: str, _team: Team, _actor: int | None) -> str:
    """“39 tickets resolved”."""
    if status == Status.RESOLVED:
        return ngettext("%(count)s ticket resolved", "%(count)s tickets resolved", count) % {"count": count}
    if status == Status.CLOSED:
        return ngettext("%(count)s ticket closed", "%(count)s tickets closed", count) % {"count": count}
    sentence = ngettext("%(count)s ticket set to “%(status)s”", "%(count)s tickets set to “%(status)s”", count)
    return sentence % {"count": count, "status": str(Status(status).label)}


def summarize_assignee(count: int, key: str, team: Team, actor: int | None) -> str:
    """“39 tickets assigned to Ana”; taken, where that is the one who did it."""
    if not key:
        return ngettext("%(count)s ticket unassigned", "%(count)s tickets unassigned", count) % {"count": count}
    if key == str(actor):
        return ngettext("%(count)s ticket taken", "%(count)s tickets taken", count) % {"count": count}
    name = People(team, [int(key)]).label(int(key))
    sentence = ngettext("%(count)s ticket assigned to %(name)s", "%(count)s tickets assigned to %(name)s", count)
    return sentence % {"count": count, "name": isolated_text(name)}


def summarize_priority(count: int, number: str, _team: Team, _actor: int | None) -> str:
    """“39 tickets set to priority “Urgent””."""
    sentence = ngettext(
        "%(count)s ticket set to priority “%(priority)s”", "%(count)s tickets set to priority “%(priority)s”", count
    )
    return sentence % {"count": count, "priority": str(Priority(int(number)).label)}


def summarize_tag(count: int, name: str, _team: Team, _actor: int | None) -> str:
    """“39 tickets tagged “video””."""
    sentence = ngettext("%(count)s ticket tagged “%(tag)s”", "%(count)s tickets tagged “%(tag)s”", count)
    return sentence % {"count": count, "tag": isolated_text(name)}


def summarize_untag(count: int, name: str, _team: Team, _actor: int | None) -> str:
    """“Tag “video” removed from 39 tickets”."""
    sentence = ngettext(
        "Tag “%(tag)s” removed from %(count)s ticket", "Tag “%(tag)s” removed from %(count)s tickets", count
    )
    return sentence % {"count": count, "tag": isolated_text(name)}


def summarize_snooze(count: int, text: str, _team: Team, _actor: int | None) -> str:
    """“39 tickets snoozed until Monday”."""
    sentence = ngettext("%(count)s ticket snoozed until %(time)s", "%(count)s tickets snoozed until %(time)s", count)
    return sentence % {"count": count, "time": _moment(text)}


def summarize_unsnooze(count: int, _value: str, _team: Team, _actor: int | None) -> str:
    """“39 tickets unsnoozed”."""
    return ngettext("%(count)s ticket unsnoozed", "%(count)s tickets unsnoozed", count) % {"count": count}


def summarize_merge(count: int, key: str, team: Team, _actor: int | None) -> str:
    """“39 tickets merged into #1042”."""
    sentence = ngettext("%(count)s ticket merged into #%(number)s", "%(count)s tickets merged into #%(number)s", count)
    return sentence % {"count": count, "number": _number(key, team)}


def _moment(text: str) -> str:
    return short_moment(datetime.fromisoformat(text))


def _number(key: str, team: Team) -> int | str:
    return Ticket.objects.for_team(team).filter(pk=key).values_list("number", flat=True).first() or "?"
