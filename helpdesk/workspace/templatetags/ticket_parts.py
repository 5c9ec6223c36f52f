"""Parts of a ticket's page that come in few kinds: each kind is rendered once, and then filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from helpdesk.courses.activities import COMPLETIONS
from helpdesk.inbox.templatetags.inbox import course_label
from helpdesk.teams.models import User
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.changes import ASSIGNEE, MERGE, PRIORITY, SNOOZE, STATUS
from helpdesk.tickets.forms import QuestionForm, SnoozeForm
from helpdesk.tickets.learner_context import TrailStep
from helpdesk.tickets.models import Priority, Status, Tag, Ticket
from helpdesk.ui.avatars import avatar
from helpdesk.ui.hours import date_and_time
from helpdesk.ui.isolation import isolated
from helpdesk.ui.relative_times import ago, moment_to_come, short_moment
from helpdesk.ui.rendering import render_cached, render_part
from helpdesk.workspace.composer import Composer, Editor
from helpdesk.workspace.pickers import tags_offered

register = template.Library()


def of_ticket(context: Context) -> dict[str, str | int]:
    """The values that every form of the page sends."""
    names = ("slug", "number", "number_with_version", "list_query", "in_query", "above")
    return {name: context[name] for name in names} | {"csrf_token": str(context["csrf_token"])}


@register.simple_tag(takes_context=True)
def slots(context: Context) -> SafeString:
    """The actions that are always in the same place: four for those who may also assign."""
    ticket, assignee = context["ticket"], context["assignee"]
    kind = {
        "is_finished": ticket.is_finished,
        "is_snoozed": ticket.is_snoozed,
        "is_mine": ticket.assignee_id == context["request"].user.pk,
        "can_assign": context["can_assign"],
    }
    return render_cached(
        "workspace/_slots.html",
        kind,
        of_ticket(context) | {"assignee": assignee, "avatar": avatar(assignee, is_small=True)},
    )


@register.simple_tag(takes_context=True)
def question_form(context: Context) -> SafeString:
    """The form of the question; after an error, as it was sent."""
    ticket = context["ticket"]
    kind = {"topic": ticket.topic, "is_known": ticket.is_question_known, "has_question": bool(ticket.question)}
    if "question_form" in context:
        with context.push(**kind):
            return render_part(context, "workspace/_question_form.html")
    return render_cached(
        "workspace/_question_form.html", kind, of_ticket(context) | {"question": ticket.question}, _question_form
    )


def _question_form(context: dict[str, Any]) -> dict[str, Any]:
    question = context["question"] if context["has_question"] else ""
    return {"question_form": QuestionForm(initial={"topic": context["topic"], "question": question})}


@register.simple_tag
def trail_step(step: TrailStep) -> SafeString:
    """A line of the learner's recent activity."""
    local = timezone.localtime(step.at)
    at = date_and_time(step.at)
    kind = {
        "is_early": step.is_early,
        "is_request": step.is_request,
        "is_completion": step.kind in COMPLETIONS,
    }
    texts = {"when": step.when or short_moment(step.at), "at": at, "exact": local.isoformat(), "what": step.what}
    return render_cached("workspace/_trail_step.html", kind, texts)


@register.simple_tag(takes_context=True)
def pickers_of_state(context: Context) -> SafeString:
    """The pickers that are the same for every team: status and priority."""
    ticket = context["ticket"]
    offered = {"statuses": (ticket.status, *_offered(context, STATUS)), "priorities": _offered(context, PRIORITY)}
    kind = {"status": ticket.status, "priority": ticket.priority}
    return render_cached("workspace/_pickers_of_state.html", kind | offered, of_ticket(context), _named_states)


def _offered(context: Context, change: ReversibleChange) -> tuple[Any, ...]:
    """The values offered for this ticket, which distinguish kinds of the part; their labels are added later."""
    return tuple(choice.value for choice in change.choices(context["request"].membership, context["ticket"]))


def _named_states(context: dict[str, Any]) -> dict[str, Any]:
    return {
        "statuses": [(value, Status(value).label) for value in context["statuses"]],
        "priorities": [(value, Priority(value).label) for value in context["priorities"]],
    }


@register.simple_tag(takes_context=True)
def picker_snooze(context: Context) -> SafeString:
    """The times to snooze until, with the current one marked; after a refusal, with what was typed."""
    until = context["ticket"].snoozed_until if context["ticket"].is_snoozed else None
    kind: dict[str, Any] = {
        "is_snoozed": bool(until),
        "current": SnoozeForm.preset_of(until) if until else "",
        "presets": _offered(context, SNOOZE),
    }
    texts = (
        {"until": moment_to_come(until), "until_typed": f"{timezone.localtime(until):%Y-%m-%dT%H:%M}"} if until else {}
    )
    if "typed" in context:
        with context.push(**kind | texts | _named_presets(kind)):
            return render_part(context, "workspace/_picker_snooze.html")
    return render_cached("workspace/_picker_snooze.html", kind, of_ticket(context) | texts, _named_presets)


def _named_presets(context: dict[str, Any]) -> dict[str, Any]:
    names = dict(SnoozeForm.PRESETS)
    return {"presets": [(value, names[value]) for value in context["presets"]]}


@register.simple_tag(takes_context=True)
def picker_assignee(context: Context) -> SafeString:
    """The picker of assignees: the people who can take the ticket."""
    choices = ASSIGNEE.choices(context["request"].membership, context["ticket"])
    people = [_person_option(context, choice.row, choice.name or choice.label) for choice in choices if choice.row]
    kind = {"is_free": not context["ticket"].assignee_id}
    return render_cached("workspace/_picker_assignee.html", kind, of_ticket(context) | {"people": _joined(people)})


def _person_option(context: Context, person: User, label: str) -> SafeString:
    """A button that gives the ticket to this person."""
    is_own, is_on = person.pk == context["request"].user.pk, person.pk == context["ticket"].assignee_id
    texts: dict[str, str | int] = {"key": person.pk, "label": isolated(label), "avatar": avatar(label, is_small=True)}
    return render_cached("workspace/_person_option.html", {"is_own": is_own, "is_on": is_on}, texts)


@register.simple_tag(takes_context=True)
def picker_tag(context: Context) -> SafeString:
    """The tags offered; after a refusal, with what was typed."""
    tags = tags_offered(context["request"].membership, context["ticket"])
    offered = _joined([f"<li>{tag_option(context, tag)}</li>" for tag in tags])
    if "typed" in context:
        with context.push(offered=offered):
            return render_part(context, "workspace/_picker_tag.html")
    return render_cached("workspace/_picker_tag.html", {}, of_ticket(context) | {"offered": offered})


@register.simple_tag(takes_context=True)
def picker_more(context: Context) -> SafeString:
    """The menu of actions without a place of their own."""
    ticket, assignee, whatsapp = context["ticket"], context["assignee"], context["contact"].whatsapp
    membership = context["request"].membership
    mergeable = [choice.row for choice in MERGE.choices(membership, ticket)] if membership.can(MERGE.permission) else []
    kind = {
        "status": ticket.status,
        "priority": ticket.priority,
        "has_whatsapp": bool(whatsapp),
        "can_merge": bool(mergeable),
        "can_assign": context["can_assign"],
    }
    texts = {
        "assignee": isolated(assignee or "–"),
        "learner_key": ticket.learner_id,
        "whatsapp": whatsapp,
        "mergeable": _joined(_merge_option(context, other) for other in mergeable),
    }
    return render_cached("workspace/_picker_more.html", kind, of_ticket(context) | texts, labels)


def labels(context: dict[str, Any]) -> dict[str, Any]:
    """The labels of the ticket's status and priority."""
    return {"status_label": Status(context["status"]).label, "priority_label": Priority(context["priority"]).label}


def _merge_option(context: Context, other: Ticket) -> SafeString:
    texts: dict[str, str | int] = {"number": other.number, "course": _course(context, other)}
    texts["status"] = other.get_status_display()
    return render_cached("workspace/_merge_option.html", {}, texts)


@register.simple_tag(takes_context=True)
def other_ticket(context: Context, other: Ticket) -> SafeString:
    """A line of the learner's other requests."""
    texts = {
        "slug": context["slug"],
        "number": other.number,
        "status": other.get_status_display(),
        "asked": ago(other.requested_at),
        "course": _course(context, other),
    }
    return render_cached("workspace/_other_ticket.html", {}, texts)


def _course(context: Context, ticket: Ticket) -> SafeString:
    return isolated(course_label(ticket.course, context["course_labels"]))


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - rendered by templates


@register.simple_tag(takes_context=True)
def tag_option(context: Context, tag: Tag) -> SafeString:
    """A button that adds this tag to the ticket, or removes it if the ticket has it."""
    is_on = tag in context["ticket"].tags.all()
    return render_cached(
        "workspace/_tag_option.html", {"is_on": is_on}, {"tag": tag.name, "shown": isolated(tag), "tone": tag.tone}
    )


@register.simple_tag(takes_context=True)
def dock(context: Context) -> SafeString:
    """The dock at the bottom; not from the cache if there is more to show than drafts."""
    composer: Composer = context["composer"]
    editors = composer.editors
    if composer.no_reply or any(
        editor.problem or editor.newer_messages or editor.said or editor.files for editor in editors.values()
    ):
        return render_part(context, "workspace/_dock.html")
    kind = {
        "kinds": tuple((each, bool(editor.body)) for each, editor in editors.items()),
        "open_editor": composer.open_editor,
        "status_after": composer.status_after,
    }
    texts = {
        "seen": composer.seen,
        "form_key": composer.key,
        "version": composer.version,
        "learner": isolated(composer.learner),
        "recipient": composer.recipient,
        "learner_name": context["learner_name"],
    }
    bodies = {f"body_{each}": editor.body for each, editor in editors.items()}
    bodies |= {f"stamp_{each}": editor.stamp for each, editor in editors.items()}
    return render_cached("workspace/_dock.html", kind, of_ticket(context) | texts | bodies, _composer)


def _composer(context: dict[str, Any]) -> dict[str, Any]:
    """The dock of one kind, with the placeholders of its texts, for its template."""
    editors = {
        kind: Editor(kind, context[f"body_{kind}"] if has_body else "", stamp=context[f"stamp_{kind}"])
        for kind, has_body in context["kinds"]
    }
    composer = Composer(
        editors,
        context["open_editor"],
        context["seen"],
        context["learner"],
        context["recipient"],
        status_after=context["status_after"],
        key=context["form_key"],
        version=context["version"],
    )
    return {"composer": composer}
