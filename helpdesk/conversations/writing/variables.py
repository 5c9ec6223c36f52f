"""Variables such as `{first_name}` in canned replies, filled in from the ticket.

Unknown ones are left as they are, and such a text is not sent. Markdown code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.courses.models import LearnerActivity, Lesson
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.ui.cleaning import clean_name
from helpdesk.ui.code_spans import outside_code
from helpdesk.ui.names import first_name

VARIABLE = re.compile(r"\{([a-z][a-z_]{1,29})\}")
SPECIAL = re.compile(r"([\\`*_\[\]<>])")  # characters of a name that Markdown would interpret


def fill_in(text: str, ticket: Ticket, actor: Actor, known: dict[str, str] | None = None) -> str:
    """The text with every variable that is known for this ticket filled in; `actor` is the person who replies.

    `known` caches the values for further texts of the same ticket.
    """
    values = {} if known is None else known

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            find = VARIABLES.get(name)
            values[name] = find(ticket, actor) if find else ""
        return values[name] or found[0]

    return outside_code(text, lambda part: VARIABLE.sub(value, part))


def show_gaps(text: str) -> str:
    """The text as shown before it is chosen, with the names of missing values, such as “[lesson]”."""

    def gap(found: re.Match[str]) -> str:
        return f"[{NAMES[found[1]]}]" if found[1] in NAMES else found[0]

    return outside_code(text, lambda part: VARIABLE.sub(gap, part))


def unresolved_in(text: str) -> list[str]:
    """The variables left in a text, with braces, in order, each once."""
    found: list[str] = []

    def note(part: str) -> str:
        found.extend(variable[0] for variable in VARIABLE.finditer(part))
        return part

    outside_code(text, note)
    return list(dict.fromkeys(found))


def check_variables(text: str) -> None:
    """Raise ActionRefused if the text has a variable that does not exist."""
    if unknown := [name for name in unresolved_in(text) if name.strip("{}") not in VARIABLES]:
        raise ActionRefused(_("There is no variable %(names)s.") % {"names": ", ".join(unknown)})


def _escaped(name: object) -> str:
    return SPECIAL.sub(r"\\\1", clean_name(str(name)))


def _first_name(ticket: Ticket, actor: Actor) -> str:
    return _escaped(first_name(ticket.learner.name))


def _course(ticket: Ticket, actor: Actor) -> str:
    return _escaped(ticket.course.title) if ticket.course else ""


def _lesson(ticket: Ticket, actor: Actor) -> str:
    return _escaped(ticket.lesson.title) if ticket.lesson else ""


def _progress(ticket: Ticket, actor: Actor) -> str:
    steps = LearnerActivity.objects.of(ticket.learner).filter(course=ticket.course_id, progress__isnull=False)
    progress = steps.values_list("progress", flat=True).first() if ticket.course_id else None
    return "" if progress is None else f"{progress}%"


def _agent(ticket: Ticket, actor: Actor) -> str:
    return _escaped(first_name(actor.user.name)) if actor.user else ""


def _lesson_link(ticket: Ticket, actor: Actor) -> str:
    lesson: Lesson | None = ticket.lesson
    if (
        not settings.NUTROR_LESSON_URL or lesson is None or not lesson.key.isalnum()
    ):  # without an ID in the events, its key is its title
        return ""
    return str(settings.NUTROR_LESSON_URL).format(course=lesson.course.hash, lesson=lesson.key)


VARIABLES: dict[str, Callable[[Ticket, Actor], str]] = {
    "first_name": _first_name,
    "course": _course,
    "lesson": _lesson,
    "progress": _progress,
    "agent": _agent,
    "lesson_link": _lesson_link,
}

NAMES: dict[str, Promise] = {
    "first_name": pgettext_lazy("to be filled in", "first name"),
    "course": pgettext_lazy("to be filled in", "course"),
    "lesson": pgettext_lazy("to be filled in", "lesson"),
    "progress": pgettext_lazy("to be filled in", "progress"),
    "agent": pgettext_lazy("to be filled in", "your name"),
    "lesson_link": pgettext_lazy("to be filled in", "link to the lesson"),
}

EXPLANATIONS: dict[str, Promise] = {
    "first_name": gettext_lazy("The learner’s first name"),
    "course": gettext_lazy("The course that the ticket is about"),
    "lesson": gettext_lazy("The lesson that the learner was in"),
    "progress": gettext_lazy("How much of the course the learner has done, such as 71%"),
    "agent": gettext_lazy("The first name of the person who replies"),
    "lesson_link": gettext_lazy("The address of the lesson in Nutror"),
}


def explained() -> dict[str, Promise]:
    """The variables that can be used here, with explanations; `lesson_link` only if NUTROR_LESSON_URL is set."""
    return {name: words for name, words in EXPLANATIONS.items() if name != "lesson_link" or settings.NUTROR_LESSON_URL}
