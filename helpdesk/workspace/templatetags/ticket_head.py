"""The head of a ticket's page: actions, assignee, waiting time. The template of each kind is rendered once."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from helpdesk.inbox.templatetags.inbox import course_label
from helpdesk.tickets.models import Ticket
from helpdesk.ui.avatars import avatar
from helpdesk.ui.hours import date_and_time, local_deadline
from helpdesk.ui.isolation import isolated
from helpdesk.ui.relative_times import ago, moment_to_come, waited
from helpdesk.ui.rendering import render_cached
from helpdesk.workspace.templatetags.ticket_parts import labels, of_ticket, slots

register = template.Library()
LONG_NAME = 32  # characters; a longer one may be cut off, and is smaller on a phone


@register.simple_tag(takes_context=True)
def ticket_bar(context: Context) -> SafeString:
    """The link back to the list, the four actions, and the tickets before and after."""
    position = context["list_position"]
    around = {"previous_number": position.previous_number, "next_number": position.next_number}
    texts = {
        "list_title": context["list_title"],
        "words": position.words,
        "slots": slots(context) if context["can_act"] else "",
    }
    kind = {"has_query": bool(context["list_query"]), "can_act": context["can_act"]}
    known = {name: number for name, number in around.items() if number}
    return render_cached("workspace/_bar.html", kind, of_ticket(context) | texts | known)


@register.simple_tag(takes_context=True)
def slim_head(context: Context) -> SafeString:
    """The part of the head that stays visible when the page is scrolled."""
    ticket, assignee = context["ticket"], context["assignee"]
    texts = {"learner_name": context["learner_name"], "course": isolated(ticket.course.title if ticket.course else "")}
    return render_cached(
        "workspace/_slim_head.html", _kind(ticket, assignee), texts | _of_wait(ticket) | _of_person(assignee)
    )


@register.simple_tag(takes_context=True)
def ticket_head(context: Context) -> SafeString:
    """The learner, the state of the request, and its properties."""
    ticket, assignee, progress = context["ticket"], context["assignee"], context["context"].progress
    kind = _kind(ticket, assignee) | {
        "status": ticket.status,
        "priority": ticket.priority,
        "is_snoozed": ticket.is_snoozed,
        "is_answered": bool(ticket.first_responded_at),
        "has_course": bool(ticket.course),
        "has_progress": progress is not None,
        "has_repeated": ticket.request_count > 1,
        "is_long": len(str(ticket.learner)) > LONG_NAME,
        "can_act": context["can_act"],
        "can_assign": context["can_assign"],
    }
    texts = of_ticket(context) | {
        "learner_name": context["learner_name"],
        "learner_title": str(ticket.learner),
        "learner_key": ticket.learner_id,
        "learner_email": isolated(ticket.learner.shown_email),
        "requested": date_and_time(ticket.requested_at),
        "course": isolated(course_label(ticket.course, context["course_labels"])),
        "course_key": ticket.course_id or 0,
        "progress": progress or 0,
        "request_count": ticket.request_count,
        "resolved": ago(ticket.resolved_at) if ticket.resolved_at else "",
        "answer_by": moment_to_come(local_deadline(ticket.response_due_at)),
        "until": moment_to_come(ticket.snoozed_until) if ticket.is_snoozed else "",
        "tags": _tags(context),
    }
    return render_cached("workspace/_head.html", kind, texts | _of_wait(ticket) | _of_person(assignee), labels)


def _kind(ticket: Ticket, assignee: str) -> dict[str, Any]:
    return {
        "is_finished": ticket.is_finished,
        "is_merged": ticket.is_merged,
        "is_overdue": ticket.is_overdue,
        "has_assignee": bool(assignee),
    }


def _of_wait(ticket: Ticket) -> dict[str, str]:
    return {"waited": "" if ticket.is_finished else waited(ticket.requested_at)}


def _of_person(assignee: str) -> dict[str, str]:
    return {"assignee": isolated(assignee), "avatar": avatar(assignee, is_small=True)} if assignee else {}


def _tags(context: Context) -> SafeString:
    kind = {"can_act": context["can_act"]}
    rendered = [
        render_cached(
            "workspace/_property_tag.html",
            kind,
            of_ticket(context) | {"tag": tag.name, "shown": isolated(tag), "tone": tag.tone},
        )
        for tag in context["ticket"].tags.all()
    ]
    return mark_safe("".join(rendered))  # noqa: S308 - rendered by the template
