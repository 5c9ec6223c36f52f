"""The text of the first reply: the team's own words, the choices, and when a person will answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from helpdesk.conversations.guesses import guesses_for, topics_for
from helpdesk.conversations.languages import language_of
from helpdesk.conversations.learner_page.seen_lessons import OFFERED, seen_lessons
from helpdesk.conversations.models import FirstReply
from helpdesk.conversations.writing.markdown import plain_text, render_markdown
from helpdesk.conversations.writing.variables import check_variables, explained, fill_in, unresolved_in
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, Topic
from helpdesk.ui.cleaning import clean_name, clean_text
from helpdesk.ui.hours import full_date, hour_of, local_deadline
from helpdesk.ui.isolation import isolated_text

USABLE = ["first_name", "course", "lesson", "lesson_link"]  # variables known without a person who replies
LONGEST = 2_000  # characters of the team's text
FEWEST_WORDS, MOST_WORDS = 50, 125  # of the whole e-mail, without links and lessons
LONGEST_TITLE = 80  # characters of a lesson's title
ADDRESS = re.compile(r"https?://\S+")
QUESTION = re.compile(r"[?？]+")


@dataclass(frozen=True)
class PreparedFirstReply:
    """A first reply, filled in for one learner."""

    body: str
    topics: list[str]
    lessons: list[str] = field(default_factory=list)
    answer_by: datetime | None = None
    language: str = ""

    @property
    def unresolved(self) -> list[str]:
        """The variables that are unknown for this learner."""
        return unresolved_in(self.body)


@dataclass(frozen=True)
class Choice:
    """An answer to tap on, and its link."""

    label: str
    address: str = ""


def default_body(language: str = "") -> str:
    """The text that teams start from, in this language or the installation's."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return _(
            "Hello, {first_name}!\n\n"
            "We got your request for help in {course}. "
            "To send you the right answer, there is one thing we need to know.\n\n"
            "What happened?"
        )


def words_for(reply: FirstReply | None, ticket: Ticket) -> tuple[str, str]:
    """The text for this ticket's learner, and the language of the whole e-mail.

    An unchanged default text exists in all languages and is sent in the learner's; a team's own text is sent as
    written.
    """
    if reply is None or reply.body in {default_body(language) for language, _name in settings.LANGUAGES}:
        language = language_of(ticket)
        return default_body(language), language
    return reply.body, reply.language or settings.LANGUAGE_CODE


def prepare(reply: FirstReply | None, ticket: Ticket, at: datetime) -> PreparedFirstReply:
    """The first reply, filled in for this ticket at that time; without one, the default text."""
    body, language = words_for(reply, ticket)
    return PreparedFirstReply(
        body=filled_in(body, ticket),
        topics=[topic.value for topic in topics_for(guesses_for(ticket))],
        lessons=[Truncator(lesson.title).chars(LONGEST_TITLE) for lesson in seen_lessons(ticket)[:OFFERED]],
        answer_by=ticket.response_due_at if ticket.response_due_at > at else None,
        language=language,
    )


def filled_in(body: str, ticket: Ticket) -> str:
    """The text, filled in with what is known of the learner."""
    return fill_in(body, ticket, Actor.system())


def contents_of(
    prepared: PreparedFirstReply, school: str, choices: Sequence[Choice], *, takes_answers: bool
) -> dict[str, Any]:
    """The context of the templates for the e-mail and its preview, in the current language.

    `takes_answers` says whether the learner can answer by e-mail.
    """
    return {
        "body_text": plain_text(prepared.body),
        "body_html": render_markdown(prepared.body),
        "lessons": prepared.lessons
        and _("The last lessons you saw: %(titles)s") % {"titles": " · ".join(map(isolated_text, prepared.lessons))},
        "choices": choices,
        "promise": _("This message is automatic. %(promise)s") % {"promise": promise(prepared.answer_by, school)},
        "school": school,
        "hint": hint(takes_answers=takes_answers),
    }


def hint(*, takes_answers: bool) -> str:
    """How to answer: by e-mail too, or only on the page."""
    if takes_answers:
        return _("Tap an answer, or reply in your own words. You can send a picture.")
    return _("Tap an answer. There you can write in your own words, and add a picture.")


def choices_of(prepared: PreparedFirstReply) -> list[Choice]:
    """The choices as the learner reads them, without links."""
    return [Choice(str(Topic(topic).label)) for topic in prepared.topics]


def promise(answer_by: datetime | None, school: str) -> str:
    """When a person will answer: a date and time in the current time zone, correct whenever it is read."""
    if answer_by is None:
        return _("A person from %(school)s will answer as soon as possible.") % {"school": isolated_text(school)}
    local = local_deadline(answer_by)
    return _("A person from %(school)s will answer by %(day)s, %(time)s.") % {
        "school": isolated_text(school),
        "day": full_date(local),
        "time": hour_of(local),
    }


def count_words(body: str, school: str, language: str = "") -> int:
    """How many words the learner reads, in this language or the installation's, without links and lessons."""
    prepared = PreparedFirstReply(body=body, topics=[topic.value for topic in Topic], answer_by=timezone.now())
    with translation.override(language or settings.LANGUAGE_CODE):
        contents = contents_of(prepared, school, choices_of(prepared), takes_answers=True)
        text = render_to_string("conversations/email/first_reply.txt", contents)
    return sum(any(map(str.isalnum, word)) for word in ADDRESS.sub("", text).split())


def check_body(text: str, school: str, language: str = "") -> str:
    """The team's text, cleaned. Raises ActionRefused if it is unsuitable as a first reply in this language."""
    body = clean_text(text)
    if not body:
        raise ActionRefused(_("Write something first."))
    if len(body) > LONGEST:
        raise ActionRefused(_("The text can have at most 2,000 characters."))
    check_variables(body)
    usable = {name for name in explained() if name in USABLE}
    if unusable := [name for name in unresolved_in(body) if name.strip("{}") not in usable]:
        raise ActionRefused(_("%(names)s cannot be filled in here.") % {"names": ", ".join(unusable)})
    questions = len(QUESTION.findall(ADDRESS.sub("", body)))
    if questions != 1:
        raise ActionRefused(
            _("Ask exactly one question: people answer the first and skip the rest.")
            if questions
            else _("End with the question that the answers below are for, including its question mark.")
        )
    if not FEWEST_WORDS <= (words := count_words(body, clean_name(school), language)) <= MOST_WORDS:
        raise ActionRefused(
            _("With the answers, the e-mail has %(words)s words; e-mails of 50 to 125 words are read to the end.")
            % {"words": words}
        )
    return body
