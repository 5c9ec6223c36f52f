"""Counts the topics of tickets that resemble a given one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from helpdesk.conversations.guesses.signs import FACETS, TRACE, Sign
from helpdesk.courses.activities import ActivityKind as Kind
from helpdesk.tickets.learner_context import IN_ITS_COURSE
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.models.ticket_indexes import IS_KNOWN_SQL

OLDEST = timedelta(days=365)
OF_LESSON, OF_COURSE, OF_TEAM = 50, 200, 300  # newest tickets to count


@dataclass
class Counts:
    """Topics of the lesson's, the course's and the team's tickets, and by facet, of those with the same sign.

    `signs` are the ticket's own; `shown` are the topics last shown as guesses for it.
    """

    lesson: Counter[str] = field(default_factory=Counter)
    course: Counter[str] = field(default_factory=Counter)
    team: Counter[str] = field(default_factory=Counter)
    alike: dict[str, Counter[str]] = field(default_factory=dict)
    signs: dict[str, Sign] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)


def count_topics(ticket: Ticket) -> Counts:
    """Read all counts in one query: only the same team's tickets, without this one."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    words: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "ticket": ticket.pk,
                "team": ticket.team_id,
                "course": ticket.course_id,
                "lesson": ticket.lesson_id,
                "oldest": timezone.now() - OLDEST,
                "of_lesson": OF_LESSON,
                "of_course": OF_COURSE,
                "of_team": OF_TEAM,
            },
        )
        for group, word, count in cursor.fetchall():
            if count:
                found[group][word] = count
            else:
                words[group] = word
    return Counts(
        lesson=found["lesson"],
        course=found["course"],
        team=found["team"],
        alike={facet: found[facet] for facet in FACETS},
        signs={facet: Sign(words[facet]) for facet in FACETS if facet in words},
        shown=words["shown"].split(",") if "shown" in words else [],
    )


# For each ticket: what its learner did in the week before, in its course if it has one; mostly the last day counts. If
# they did nothing at all, that is the only sign: the missing comments or downloads tell nothing more. Kinds and signs
# are constants in the SQL text, so that the cached plan can use them.
SIGNS = f"""
    CROSS JOIN LATERAL (
        SELECT
            (array_agg(kind ORDER BY occurred_at DESC, id DESC))[1] AS last_of_week,
            (array_agg(kind ORDER BY occurred_at DESC, id DESC) FILTER (WHERE is_of_day AND NOT is_beside))[1]
                AS last_of_day,
            min(rating) FILTER (WHERE is_of_day) AS rating,
            bool_or(is_of_day AND kind = '{Kind.CERTIFICATE_VIEWED}') AS has_certificate,
            bool_or(kind = '{Kind.FILE_DOWNLOADED}' AND occurred_at > ticket.requested_at - interval '1 hour')
                AS has_file,
            string_agg(said, ' ') FILTER (
                WHERE is_of_day AND kind IN ('{Kind.COMMENT_CREATED}', '{Kind.COMMENT_REPLIED}')
            ) AS said,
            max(occurred_at) FILTER (WHERE kind = '{Kind.ENROLLMENT_CREATED}') AS enrolled_at
        FROM (
            SELECT id, kind, occurred_at, rating,
                occurred_at > ticket.requested_at - interval '1 day' AS is_of_day,
                kind IN (
                    '{Kind.FILE_DOWNLOADED}', '{Kind.LESSON_RATED}',
                    '{Kind.COMMENT_CREATED}', '{Kind.COMMENT_REPLIED}', '{Kind.COMMENT_DELETED}'
                ) AS is_beside,
                CASE WHEN comment_text <> '' THEN fold(left(comment_text, 500)) END AS said
            FROM courses_learneractivity step
            WHERE team_id = ticket.team_id AND learner_id = ticket.learner_id AND {IN_ITS_COURSE}
                AND occurred_at <= ticket.requested_at AND occurred_at > ticket.requested_at - interval '7 days'
            ORDER BY occurred_at DESC, id DESC LIMIT 200
        ) step
    ) steps
    CROSS JOIN LATERAL (SELECT facet, sign FROM (VALUES
        ('{TRACE}', CASE WHEN last_of_week IS NULL THEN '{Sign.IDLE}' ELSE '{Sign.NONE}' END),
        ('comment', CASE
            WHEN said ~ '\\m(pag(o|a|ar|uei|ou|amento)|boleto|cartao|pix|reembols|parcel|cobranc|estorn)'
                THEN '{Sign.SAYS_PAYMENT}'
            WHEN said ~ '\\m(baix|download|apostila|planilha|pdf|arquivo|material|anexo)' THEN '{Sign.SAYS_DOWNLOAD}'
            WHEN said ~ '\\m(video|audio|som|legenda|trav|carreg|player|tela)' THEN '{Sign.SAYS_VIDEO}'
            WHEN said ~ '\\m(acess|login|senha|cadeado|bloque|liber|entrar)' THEN '{Sign.SAYS_ACCESS}'
            WHEN said LIKE '%%?%%' THEN '{Sign.ASKS}'
            WHEN said <> '' THEN '{Sign.COMMENTED}'
            ELSE '{Sign.NONE}'
        END),
        ('file', CASE WHEN has_file THEN '{Sign.FILE}' ELSE '{Sign.NONE}' END),
        ('rating', CASE
            WHEN rating <= 2 THEN '{Sign.DISPLEASED}'
            WHEN rating > 2 THEN '{Sign.PLEASED}'
            ELSE '{Sign.NONE}'
        END),
        ('last', CASE
            WHEN has_certificate THEN '{Sign.CERTIFICATE}'
            WHEN last_of_day = '{Kind.MODULE_COMPLETED}' THEN '{Sign.MODULE}'
            WHEN last_of_week = '{Kind.ENROLLMENT_CREATED}' THEN '{Sign.ONLY_ENROLLED}'
            WHEN last_of_day = '{Kind.LESSON_STARTED}' THEN '{Sign.STARTED}'
            WHEN last_of_day IN ('{Kind.LESSON_WATCHED}', '{Kind.LESSON_SAVED}', '{Kind.NOTATION_CREATED}')
                THEN '{Sign.WATCHED}'
            WHEN last_of_day = '{Kind.INACTIVE_STUDENT}' THEN '{Sign.AWAY}'
            WHEN last_of_day IS NOT NULL THEN '{Sign.OTHER}'
            ELSE '{Sign.NONE}'
        END),
        ('enrolled', CASE
            WHEN enrolled_at > ticket.requested_at - interval '1 day' THEN '{Sign.FIRST_DAY}'
            WHEN enrolled_at IS NOT NULL THEN '{Sign.FIRST_WEEK}'
            ELSE '{Sign.NONE}'
        END)
    ) found (facet, sign) WHERE facet = '{TRACE}' OR last_of_week IS NOT NULL) signs
"""  # noqa: S608 - of constants
# One statement, which the ORM cannot express: each part reads the first rows of an index.
COUNT = f"""
    WITH own AS (
        SELECT facet, sign FROM tickets_ticket ticket {SIGNS} WHERE ticket.id = %(ticket)s
    ), known AS MATERIALIZED (
        SELECT id, team_id, learner_id, course_id, requested_at, topic FROM tickets_ticket
        WHERE team_id = %(team)s AND topic <> '' AND {IS_KNOWN_SQL}
            AND id <> %(ticket)s AND requested_at > %(oldest)s
        ORDER BY requested_at DESC, id DESC LIMIT %(of_team)s
    ), signed AS MATERIALIZED (
        SELECT topic, facet, sign FROM known ticket {SIGNS}
    )
    SELECT 'team', topic, count(*) FROM known GROUP BY topic
    UNION ALL
    SELECT facet, topic, count(*) FROM signed JOIN own USING (facet, sign) GROUP BY facet, topic
    UNION ALL
    SELECT 'course', topic, count(*) FROM (
        SELECT topic FROM tickets_ticket
        WHERE course_id = %(course)s AND team_id = %(team)s AND topic <> ''
            AND {IS_KNOWN_SQL} AND id <> %(ticket)s AND requested_at > %(oldest)s
        ORDER BY requested_at DESC, id DESC LIMIT %(of_course)s
    ) of_course GROUP BY topic
    UNION ALL
    SELECT 'lesson', topic, count(*) FROM (
        SELECT topic FROM tickets_ticket
        WHERE lesson_id = %(lesson)s AND team_id = %(team)s AND topic <> ''
            AND {IS_KNOWN_SQL} AND id <> %(ticket)s AND requested_at > %(oldest)s
        ORDER BY requested_at DESC, id DESC LIMIT %(of_lesson)s
    ) of_lesson GROUP BY topic
    UNION ALL
    SELECT facet, sign, 0 FROM own
    UNION ALL
    SELECT 'shown', array_to_string(topics, ','), 0 FROM conversations_shownguess WHERE ticket_id = %(ticket)s
"""  # noqa: S608 - of constants
