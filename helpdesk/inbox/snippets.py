"""For tickets whose rows do not show what the search found: the text that has the words, as one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.courses.search import SHORTEST_INDEXED
from helpdesk.inbox.marking import excerpt, has_words
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.querysets import IS_SETTLED_SQL
from helpdesk.ui.isolation import isolated

TEXT_SHOWN = 160  # characters
# Most keys are kinds from the statement below. Kinds without a label, a learner's question or message, are quoted.
LABELS: dict[str, Promise] = {
    "email": _("E-mail"),
    Message.Kind.NOTE: _("Note"),
    Message.Kind.REPLY: pgettext_lazy("message", "Reply"),
    "comment": _("Comment"),
    "lesson": _("Lesson"),
    "tag": _("Tag"),
    "course": _("Course"),
    "merged": _("Merged"),
}

# In SQL, because the ORM cannot follow merged tickets over several steps. Finds for each ticket the first text with all
# words, cut to the surroundings of the longest word (`fold` shifts few letters, by a place or two), and whether its
# beginning was cut off.
FIND_TEXTS = f"""
    WITH RECURSIVE merged (root, id) AS (
        SELECT id, id FROM tickets_ticket WHERE id = ANY(%(tickets)s)
        UNION ALL
        SELECT merged.root, ticket.id FROM merged JOIN tickets_ticket ticket ON ticket.merged_into_id = merged.id
    )
    SELECT DISTINCT ON (root) root, kind,
        substr(body, greatest(1, strpos(unaccented, %(longest)s) - 200), 600), strpos(unaccented, %(longest)s) > 201
    FROM (
        SELECT root, kind, place, body, translate(fold(body), '´`', '''''') AS unaccented FROM (
            SELECT root, 'question', 1, question FROM merged JOIN tickets_ticket ticket USING (id) WHERE question <> ''
            UNION ALL
            SELECT root, message.kind, 2, body FROM merged JOIN tickets_message message ON message.ticket_id = merged.id
            WHERE message.kind = ANY(%(written)s) AND {IS_SETTLED_SQL}
            UNION ALL
            SELECT root, 'comment', 3, comment_text FROM merged JOIN tickets_ticket ticket ON ticket.id = root
            JOIN courses_learneractivity activity USING (learner_id) WHERE merged.id = root AND comment_text <> ''
            UNION ALL
            SELECT root, 'lesson', 4, lesson.title FROM merged JOIN tickets_ticket ticket USING (id)
            JOIN courses_lesson lesson ON lesson.id = ticket.lesson_id
            UNION ALL
            SELECT root, 'tag', 5, tag.name FROM merged JOIN tickets_ticket_tags tagged ON tagged.ticket_id = merged.id
            JOIN tickets_tag tag ON tag.id = tagged.tag_id
            UNION ALL
            SELECT root, 'course', 6, course.title FROM merged JOIN tickets_ticket ticket USING (id)
            JOIN courses_course course ON course.id = ticket.course_id
            UNION ALL
            SELECT root, 'merged', 7, '#' || number FROM merged JOIN tickets_ticket ticket USING (id)
        ) AS text (root, kind, place, body)
    ) AS text
    WHERE unaccented LIKE ALL(%(parts)s) AND unaccented ~ ALL(%(whole)s)
    ORDER BY root, place
"""  # noqa: S608 - of constants


def snippets_of(tickets: Sequence[Ticket], words: Sequence[str]) -> dict[int, SafeString]:
    """A line for each ticket with a text that contains all of the (unaccented) words, by primary key, in one query.

    As in the search, words too short for the index must be whole words.
    """
    found = {
        ticket.pk: _line("email", ticket.learner.shown_email, words) for ticket in tickets if _by_address(ticket, words)
    }
    if others := [ticket.pk for ticket in tickets if ticket.pk not in found]:
        whole = [f"\\m{re.escape(word)}\\M" for word in words if len(word) < SHORTEST_INDEXED]
        values: dict[str, Any] = {
            "parts": [f"%{_escaped(word)}%" for word in words],
            "whole": whole,
            "longest": max(words, key=len),
            "written": [kind.value for kind in Message.BY_PEOPLE],
        }
        with connection.cursor() as cursor:
            cursor.execute(FIND_TEXTS, values | {"tickets": others})
            rows = cursor.fetchall()
            found |= {root: _line(kind, text, words, is_cut=is_cut) for root, kind, text, is_cut in rows}
    return found


def _by_address(ticket: Ticket, words: Sequence[str]) -> bool:
    """Whether the learner's name and address together contain the words."""
    return has_words([f"{ticket.learner.name} {ticket.learner.shown_email}"], words)


def _line(kind: str, text: str, words: Sequence[str], *, is_cut: bool = False) -> SafeString:
    label = str(LABELS.get(kind, ""))
    shown = excerpt(text, words, TEXT_SHOWN, label=label, is_cut=is_cut)
    if not label:
        return isolated(format_html("“{}”", shown))
    return format_html('<span class="muted">{}:</span> {}', label, isolated(shown))


def _escaped(word: str) -> str:
    """The word with the special characters of LIKE escaped."""
    return re.sub(r"([\\%_])", r"\\\1", word)
