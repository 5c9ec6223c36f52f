"""A ticket as a line of a list. Lists have many, so each text is made once here, and the template only places them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.conversations.guesses.topic_icons import topic_icon
from helpdesk.courses.names import labels_of_learners, tails_of_learners
from helpdesk.courses.step_icons import step_icon
from helpdesk.inbox.marking import SEEN, excerpt, has_words, marked, marked_with_tail
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.inbox.snippets import TEXT_SHOWN, snippets_of
from helpdesk.teams.models import Team
from helpdesk.teams.names import People
from helpdesk.tickets.learner_context import LearnerContext
from helpdesk.tickets.models import DONE_STATUSES, PAUSED_STATUSES, Priority, Status, Ticket, Urgency
from helpdesk.ui.avatars import hue, initials
from helpdesk.ui.isolation import isolated
from helpdesk.ui.relative_times import moment_to_come, waited

FAILED = (gettext_lazy("E-mail failed"), "late")
# The numbers of groups that are not by urgency; the others have Urgency's, which are all below these.
FAILED_GROUP, REPLIED_GROUP = 9, 8
PRIORITY_TONES = {Priority.URGENT: "late", Priority.HIGH: "soon", Priority.LOW: ""}
STATUS_OF_LISTS = {"done": Status.RESOLVED}  # if the status differs from the list's name in its address
# Urgency groups with the name of a priority: their rows do not repeat it.
PRIORITY_GROUPS: dict[int, Priority] = {
    Urgency.URGENT: Priority.URGENT,
    Urgency.HIGH: Priority.HIGH,
    Urgency.LOW: Priority.LOW,
}


class Avatar(NamedTuple):
    """Somebody's name, as HTML in `shown`, and their initials in the colour that belongs to the name."""

    name: str
    shown: SafeString
    initials: str
    hue: str


class Badge(NamedTuple):
    """A short text about the ticket, and the CSS class of its colour."""

    text: str
    tone: str


@dataclass(frozen=True)
class Row:
    """What a line shows; `number_with_version` is the ticket's number with the version shown, as forms send it.

    The sign in the circle, with the class `sign_css`, is the topic's icon if the question is known, else the icon of
    the learner's last step. A dot means that the learner awaits a reply. `state` says topic and dot in words; the row
    already says the step.

    `waited` is the time since the request; in the group of learners who wrote back, since they did; for finished
    tickets, since they were resolved. A row that `is_handled` no longer matches the list's filter, and just stays where
    it was.
    """

    path: str
    number_with_version: str
    ticket_number: int
    number: str
    learner: Avatar
    sign: SafeString
    sign_css: str
    state: str
    course: SafeString
    again: str
    asked_again: str
    what: SafeString
    badges: list[Badge]
    waited: SafeString
    is_overdue: bool
    is_finished: bool
    is_snoozed: bool
    assignee: Avatar | None
    assignee_id: int | None
    is_handled: bool = False
    has_replied: bool = False


@dataclass(frozen=True)
class Listing:
    """The list that rows belong to.

    `courses` has labels by primary key; courses not in it show their titles. `words` are the words of the search.
    `state` is the status that the list is filtered by, as in its address.
    """

    team: Team
    courses: Mapping[int, str]
    words: Sequence[str] = ()
    state: str = ""


def rows_of(
    tickets: list[Ticket],
    contexts: dict[int, LearnerContext],
    listing: Listing,
    *,
    group_numbers: Mapping[int, int],
    shown: Container[int] | None = None,
) -> list[Row]:
    """A row for each ticket; `group_numbers` has the group of each: an urgency, FAILED_GROUP or REPLIED_GROUP.

    Rows do not repeat the list's state. If `shown` is given, tickets whose numbers are not in it are marked as handled.
    Search words are marked; if nothing shown in a row has them, it shows the text that does instead of its summary.
    """
    words = listing.words
    people = People(listing.team, {ticket.assignee_id for ticket in tickets})
    learners = labels_of_learners(ticket.learner for ticket in tickets)
    tails = tails_of_learners(learners, (ticket.learner for ticket in tickets))
    titles = {ticket.pk: listing.courses.get(ticket.course_id or 0) or str(ticket.course or "") for ticket in tickets}
    summaries = _summaries(tickets, contexts, learners, titles, words)
    rows = []
    for ticket in tickets:
        count, assignee = ticket.request_count, people.label(ticket.assignee_id)
        has_replied = group_numbers.get(ticket.number) == REPLIED_GROUP and ticket.has_replied
        row = Row(
            path=ticket.address,
            number_with_version=number_with_version(ticket),
            ticket_number=ticket.number,
            number=f"#{ticket.number}",
            learner=_avatar(learners[ticket.learner_id], words, tails.get(ticket.learner_id, "")),
            sign=topic_icon(ticket.topic) if ticket.is_question_known else step_icon(contexts[ticket.pk].last_step),
            sign_css=_sign_css(ticket),
            state=_state(ticket),
            course=marked(isolated(titles[ticket.pk]), words),
            again=f"{count}×" if count > 1 else "",
            asked_again=_("asked %(count)s×") % {"count": count} if count > 1 else "",
            what=marked(summaries[ticket.pk], words),
            badges=_badges(ticket, group_numbers.get(ticket.number, -1), listing.state, words),
            waited=waited(_since(ticket, has_replied=has_replied)),
            has_replied=has_replied,
            is_overdue=ticket.is_overdue,
            is_finished=ticket.is_finished,
            is_snoozed=ticket.is_snoozed,
            assignee=_avatar(assignee) if assignee else None,
            assignee_id=ticket.assignee_id,
            is_handled=shown is not None and ticket.number not in shown,
        )
        rows.append(row)
    return rows


def _summaries(
    tickets: list[Ticket],
    contexts: dict[int, LearnerContext],
    learners: Mapping[int, str],
    titles: Mapping[int, str],
    words: Sequence[str],
) -> dict[int, SafeString]:
    """A summary of each ticket; if nothing else shown in its row has the search words, the text that does."""
    summaries = {ticket.pk: _what(ticket, contexts[ticket.pk], words) for ticket in tickets}
    if words:
        shown = {
            ticket: [
                learners[ticket.learner_id],
                titles[ticket.pk][:SEEN],
                *_texts_shown(ticket, contexts[ticket.pk], words),
            ]
            for ticket in tickets
        }
        summaries |= snippets_of([ticket for ticket, texts in shown.items() if not has_words(texts, words)], words)
    return summaries


def _avatar(name: str, words: Sequence[str] = (), tail: str = "") -> Avatar:
    shown = marked_with_tail(name, tail, words) if tail else marked(isolated(name), words)
    return Avatar(name, shown, initials(name), hue(name))


def _since(ticket: Ticket, *, has_replied: bool) -> datetime:
    if ticket.is_finished and ticket.resolved_at:
        return ticket.resolved_at
    return ticket.waiting_since if has_replied else ticket.requested_at


def _sign_css(ticket: Ticket) -> str:
    css = "avatar-known" if ticket.is_question_known else "avatar-learner"
    return f"{css} avatar-unseen" if ticket.is_awaiting_reply else css


def _state(ticket: Ticket) -> str:
    """The sign's meaning in words, for those who do not see it."""
    topic = ticket.get_topic_display() if ticket.topic else _("Question known") if ticket.question else ""
    return " · ".join(part for part in (topic, _("Waiting for our reply") if ticket.is_awaiting_reply else "") if part)


def _texts_shown(ticket: Ticket, context: LearnerContext, words: Sequence[str]) -> list[str]:
    """The searchable texts of a ticket that its row shows, besides learner and course."""
    what = (
        [excerpt(ticket.question, words, TEXT_SHOWN)]
        if ticket.question
        else [ticket.get_topic_display(), context.lesson[:SEEN]]
    )
    return [*what, f"#{ticket.number}", *(tag.name for tag in ticket.tags.all())]


def _what(ticket: Ticket, context: LearnerContext, words: Sequence[str]) -> SafeString:
    if ticket.question:
        return isolated(format_html("“{}”", excerpt(ticket.question, words, TEXT_SHOWN)))
    if ticket.topic:
        topic = format_html("<b>{}</b>", ticket.get_topic_display())
        return format_html("{} · {}", topic, isolated(context.lesson)) if context.lesson else topic
    if not context.headline:
        return format_html('<span class="muted">{}</span>', _("No earlier activity known"))
    if context.progress is None:
        return context.headline
    return format_html("{} · {}% {}", context.headline, context.progress, _("of the course"))


def _badges(ticket: Ticket, group: int, state: str, words: Sequence[str] = ()) -> list[Badge]:
    """What neither the group's name nor the list's says already."""
    badges = [Badge(*map(str, FAILED))] if ticket.sending_failed_at and group != FAILED_GROUP else []
    if ticket.priority in PRIORITY_TONES and ticket.priority != PRIORITY_GROUPS.get(group):
        badges.append(Badge(ticket.get_priority_display(), PRIORITY_TONES[Priority(ticket.priority)]))
    if ticket.status == STATUS_OF_LISTS.get(state, state):
        pass
    elif ticket.status in PAUSED_STATUSES:
        badges.append(Badge(ticket.get_status_display(), ""))
    elif ticket.status in DONE_STATUSES:
        badges.append(Badge(ticket.get_status_display(), "done"))
    if ticket.is_snoozed and ticket.snoozed_until:
        until = moment_to_come(ticket.snoozed_until)
        badges.append(Badge(until if state == "snoozed" else format_html("{} {}", _("until"), until), ""))
    tags = ticket.tags.all()
    return badges + [Badge(marked(isolated(tag.name), words), f"tag {tag.tone}".strip()) for tag in tags]
