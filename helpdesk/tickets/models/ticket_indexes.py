"""The indexes of tickets: one for each list, order and look-up; partial if that needs only some of the tickets."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from helpdesk.courses.search import Unaccent, UnaccentWords, Words
from helpdesk.tickets.models.inbox_order import INBOX_ORDER
from helpdesk.tickets.models.workflow import DONE_STATUSES, UNFINISHED_STATUSES
from helpdesk.ui.keyset import expression_of

IN_INBOX_ORDER = [expression_of(name) for name in INBOX_ORDER.fields]
IS_UNFINISHED = Q(merged_into__isnull=True, status__in=UNFINISHED_STATUSES)
IS_KNOWN = Q(merged_into__isnull=True, question_known_at__isnull=False)
IS_KNOWN_SQL = "merged_into_id IS NULL AND question_known_at IS NOT NULL"  # the same, for statements in raw SQL
IS_DONE = Q(merged_into__isnull=True, status__in=DONE_STATUSES)
HAS_OLD_WORDS = IS_DONE & (Q(words_forgotten_at=None) | Q(words_forgotten_at__lt=F("last_activity_at")))

INDEXES = [
    models.Index("team", *IN_INBOX_ORDER, name="ticket_inbox", condition=IS_UNFINISHED),
    models.Index("team", "assignee", *IN_INBOX_ORDER, name="ticket_inbox_of", condition=IS_UNFINISHED),
    models.Index("team", "status", *IN_INBOX_ORDER, name="ticket_inbox_status", condition=IS_UNFINISHED),
    models.Index(fields=["team", "-requested_at", "-id"], name="ticket_unfinished_newest", condition=IS_UNFINISHED),
    models.Index(fields=["team", "-last_activity_at", "-id"], name="ticket_unfinished_active", condition=IS_UNFINISHED),
    models.Index(fields=["learner", "course"], name="ticket_unfinished_of_learner", condition=IS_UNFINISHED),
    models.Index(fields=["team", "snoozed_until"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)),
    models.Index(fields=["team", "-requested_at", "-id"], name="ticket_newest"),
    models.Index(fields=["team", "-requested_at", "-id"], name="ticket_done", condition=IS_DONE),
    models.Index(fields=["team", "last_activity_at", "id"], name="ticket_changed"),
    models.Index(fields=["team", "last_activity_at", "id"], name="ticket_old_words", condition=HAS_OLD_WORDS),
    models.Index(fields=["team", "-requested_at", "-id"], name="ticket_asked_again", condition=Q(request_count__gt=1)),
    models.Index(fields=["team", "resolved_at"], name="ticket_resolved", condition=Q(resolved_at__isnull=False)),
    models.Index(
        fields=["assignee", "-requested_at", "-id"],
        name="ticket_of_assignee",
        condition=Q(assignee__isnull=False),
    ),
    models.Index(fields=["learner", "-requested_at", "-id"], name="ticket_of_learner"),
    models.Index(fields=["course", "-requested_at", "-id"], name="ticket_of_course"),
    models.Index(fields=["lesson", "-requested_at", "-id"], name="ticket_of_lesson", condition=Q(lesson__isnull=False)),
    models.Index(
        fields=["team", "sending_failed_at"],
        name="ticket_sending_failed",
        condition=Q(sending_failed_at__isnull=False),
    ),
    models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
    models.Index(fields=["question_from"], name="ticket_question_from", condition=Q(question_from__isnull=False)),
    models.Index(fields=["continues"], name="ticket_continues", condition=Q(continues__isnull=False)),
    models.Index(
        fields=["team", "-requested_at", "-id"],
        name="ticket_awaiting_reply",
        condition=Q(awaiting_reply_since__isnull=False),
    ),
    *(
        models.Index(
            fields=[field, "-requested_at", "-id"],
            include=["topic"],
            name=f"ticket_known_{field}",
            condition=IS_KNOWN,
        )
        for field in ("team", "course", "lesson")
    ),
    models.Index(fields=["course", "merged_into"], name="ticket_merged_course", condition=Q(merged_into__isnull=False)),
    models.Index(
        fields=["lesson", "merged_into"],
        name="ticket_merged_lesson",
        condition=Q(merged_into__isnull=False),
    ),
    models.Index(
        fields=["producer", "merged_into"],
        name="ticket_merged_producer",
        condition=Q(merged_into__isnull=False),
    ),
    GinIndex(OpClass(Unaccent("question"), "gin_trgm_ops"), name="ticket_question", condition=~Q(question="")),
    GinIndex(Words(UnaccentWords("question")), name="ticket_words_apart", condition=~Q(question="")),
]
