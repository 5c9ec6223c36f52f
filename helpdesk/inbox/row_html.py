"""The HTML of a row. Lists have many, so the template of each kind of row is rendered once and then filled in."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from helpdesk.inbox.rows import Row
from helpdesk.ui.isolation import isolated
from helpdesk.ui.rendering import render_cached


def render_row(
    row: Row, *, inbox: str, in_query: str, person: int, can_change: bool, can_take: bool, is_oob: bool = False
) -> SafeString:
    """The row as the user with the primary key `person` sees it in the inbox at this address.

    `in_query` is added to tickets' addresses, so that their pages know the list.
    """
    kind = {
        "can_change": can_change,
        "can_take": can_take,
        "is_oob": is_oob,
        "is_finished": row.is_finished,
        "is_snoozed": row.is_snoozed,
        "is_handled": row.is_handled,
        "is_overdue": row.is_overdue,
        "has_replied": row.has_replied,
        "is_asked_again": bool(row.again),
        "has_badges": bool(row.badges),
        "has_state": bool(row.state),
        "is_assigned": row.assignee is not None,
        "is_mine": row.assignee_id == person,
    }
    return render_cached("inbox/_row.html", kind, _texts_of(row) | {"inbox": inbox, "in_query": in_query})


def _texts_of(row: Row) -> dict[str, str]:
    texts = {
        "ticket_number": str(row.ticket_number),
        "path": row.path,
        "number_with_version": row.number_with_version,
        "number": row.number,
        "name": row.learner.name,
        "learner": row.learner.shown,
        "sign": row.sign,
        "sign_css": row.sign_css,
        "state": row.state,
        "course": row.course,
        "again": row.again,
        "asked_again": row.asked_again,
        "what": row.what,
        "waited": row.waited,
    }
    if row.badges:
        badges = ((badge.tone, isolated(badge.text)) for badge in row.badges)
        texts["badges"] = format_html_join("", '<span class="badge {}">{}</span>', badges)
    if row.assignee:
        texts |= {
            "assignee": row.assignee.shown,
            "assignee_name": row.assignee.name,
            "assignee_initials": row.assignee.initials,
            "assignee_hue": row.assignee.hue,
        }
    return texts
