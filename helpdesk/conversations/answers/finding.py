"""Finds the replies that resolved the tickets with the most similar questions."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from helpdesk.conversations.models import Dispatch
from helpdesk.tickets.models import Message, Score, Ticket
from helpdesk.tickets.models.ticket_indexes import IS_KNOWN_SQL

OF_LESSON, OF_COURSE = 200, 300  # newest tickets to compare
MOST = 40  # replies to read
COMPARED = 500  # characters of a question
# The least similarity, from 0 to 1: for the same topic, if either topic is unknown, and for different topics.
LEAST_OF_TOPIC, LEAST, LEAST_OF_OTHER = 0.2, 0.4, 0.55
Kind, State = Message.Kind, Dispatch.State


class FoundReply(NamedTuple):
    """A person's reply, with the details of the ticket that it resolved."""

    pk: int
    body: str
    author_name: str
    number: int
    learner_name: str
    learner_email: str
    names_then: list[str]
    titles: list[str]


def find_replies(ticket: Ticket) -> list[FoundReply]:
    """The last reply before each similar ticket was resolved, most similar first; only from the same team."""
    with connection.cursor() as cursor:
        cursor.execute(
            FIND,
            {
                "ticket": ticket.pk,
                "team": ticket.team_id,
                "course": ticket.course_id,
                "lesson": ticket.lesson_id,
                "topic": ticket.topic,
                "question": ticket.question,
                "of_lesson": OF_LESSON,
                "of_course": OF_COURSE,
                "bad": Score.BAD,
                "most": MOST,
            },
        )
        return [FoundReply(*row) for row in cursor.fetchall()]


# The words of a question, as Portuguese stems, without those that every question has.
EVERY_QUESTION = (
    r"\m(nao|voce|voces|ja|so|tambem|ate|sao|la|ai|oi|ola|bom|boa|dia|tarde|noite|obrigad[oa]|favor|ajuda|consigo)\M"
)
STEMS = "tsvector_to_array(to_tsvector('portuguese', {}))"
ASKED = f"regexp_replace(fold_words(left(%(question)s, {COMPARED})), '{EVERY_QUESTION}', ' ', 'g')"
SAID = STEMS.format(f"fold_words(left(candidate.question, {COMPARED}))")
# Half of the likeness comes from shared stems, half from trigrams, which tolerate misspellings. Without any words, the
# same topic in the same lesson counts as similar; with words, both add a little. Constants are part of the SQL text, so
# that the cached plan can use them.
FIND = f"""
    WITH asked AS (
        SELECT fold(left(%(question)s, {COMPARED})) AS question, {STEMS.format(ASKED)} AS stems
    ), candidate AS (
        (
            SELECT id, number, learner_id, lesson_id, topic, question, resolved_at, requested_at FROM tickets_ticket
            WHERE lesson_id = %(lesson)s AND team_id = %(team)s AND {IS_KNOWN_SQL}
                AND resolved_at IS NOT NULL AND id <> %(ticket)s
            ORDER BY requested_at DESC, id DESC LIMIT %(of_lesson)s
        ) UNION (
            SELECT id, number, learner_id, lesson_id, topic, question, resolved_at, requested_at FROM tickets_ticket
            WHERE course_id = %(course)s AND team_id = %(team)s AND {IS_KNOWN_SQL}
                AND resolved_at IS NOT NULL AND id <> %(ticket)s
            ORDER BY requested_at DESC, id DESC LIMIT %(of_course)s
        )
    ), compared AS MATERIALIZED (
        SELECT candidate.*,
            lesson_id IS NOT DISTINCT FROM %(lesson)s AND lesson_id IS NOT NULL AS is_of_lesson,
            %(topic)s <> '' AND topic = %(topic)s AS is_of_topic,
            CASE WHEN asked.question <> '' AND candidate.question <> '' THEN
                similarity(asked.question, fold(left(candidate.question, {COMPARED}))) / 2
                + (
                    SELECT count(*) FROM unnest({SAID}) stem WHERE stem = ANY(asked.stems)
                ) / greatest(cardinality(asked.stems), 1)::float / 2
            END AS likeness
        FROM candidate CROSS JOIN asked
    ), alike AS (
        SELECT *,
            coalesce(likeness, 0) + CASE WHEN is_of_topic THEN 0.2 ELSE 0 END
            + CASE WHEN is_of_lesson THEN 0.1 ELSE 0 END AS score
        FROM compared
        WHERE likeness >= CASE
                WHEN is_of_topic THEN {LEAST_OF_TOPIC} WHEN '' IN (topic, %(topic)s) THEN {LEAST} ELSE {LEAST_OF_OTHER}
            END OR (is_of_topic AND is_of_lesson AND likeness IS NULL)
        ORDER BY score DESC, requested_at DESC LIMIT %(most)s
    )
    SELECT reply.id, reply.body, reply.author_name, alike.number, learner.name, learner.email,
        ARRAY(
            SELECT DISTINCT author_name FROM tickets_message
            WHERE ticket_id = alike.id AND kind = '{Kind.LEARNER}' AND author_name <> ''
        ),
        ARRAY(
            SELECT title FROM courses_lesson WHERE id = alike.lesson_id
            UNION ALL SELECT title FROM courses_course WHERE id = %(course)s
        )
    FROM alike
    JOIN courses_learner learner ON learner.id = alike.learner_id
    CROSS JOIN LATERAL (
        SELECT id, body, author_name FROM tickets_message
        WHERE ticket_id = alike.id AND kind = '{Kind.REPLY}' AND author_id IS NOT NULL AND cancelled_at IS NULL
            AND created_at <= alike.resolved_at
        ORDER BY created_at DESC, id DESC LIMIT 1
    ) reply
    WHERE NOT EXISTS (
        SELECT FROM conversations_rating
        WHERE ticket_id = alike.id AND resolved_at = alike.resolved_at AND score = %(bad)s
    ) AND NOT EXISTS (
        SELECT FROM conversations_attachment WHERE message_id = reply.id
    ) AND NOT EXISTS (
        SELECT FROM conversations_dispatch
        WHERE message_id = reply.id AND state IN ('{State.FAILED}', '{State.BOUNCED}', '{State.COMPLAINED}')
    )
    ORDER BY alike.score DESC, alike.requested_at DESC
"""  # noqa: S608 - of constants
