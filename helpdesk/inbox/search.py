"""Finding tickets by what somebody types: number, name, e-mail, course, tag, or words of questions and notes."""

from __future__ import annotations

import heapq
import re
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import F, Q, Value

from helpdesk.courses.models import Course, Learner
from helpdesk.courses.search import Fold, FoldWords, Words, folded_words
from helpdesk.teams.models import Team
from helpdesk.tickets.calls import at_top
from helpdesk.tickets.models import Message, Tag, Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.names import clean_name

NUMBER = re.compile(r"#?\s*(\d{1,9})")
SHORTEST_INDEXED = 3  # letters: a trigram
MOST_MERGED = 500  # merged tickets with a word; one that more have is found often enough without the others
NEWEST = 2_000  # tickets whose learners' names are looked through for a shorter one


def conditions(team: Team, text: str) -> list[Q]:
    """The ways in which a ticket may answer to the text; each is one that the database has an index for."""
    text = clean_name(text)
    number = NUMBER.fullmatch(text)
    found = _by_number(team, int(number[1])) if number else []
    if text.startswith("#"):
        return found
    words = folded_words(text)
    # A dash between two words is none itself.
    words = [word for word in words if any(map(str.isalnum, word))] or words
    if not words:
        return found
    by_learner = Q(learner__in=Learner.objects.for_team(team).filter(_all_of("search_text", words)))
    if max(map(len, words)) < SHORTEST_INDEXED:
        by_learner &= Q(pk__in=Ticket.objects.for_team(team).newest_first().values("pk")[:NEWEST])
    asked = _with(Ticket.objects.for_team(team).exclude(question=""), "question", words)
    notes = _with(Message.objects.for_team(team).filter(kind=Message.Kind.NOTE), "body", words)
    found += [by_learner, Q(pk__in=asked.values("pk")), *_standing_for(asked), *_by_ticket(notes)]
    if courses := _few(_with(Course.objects.for_team(team), "title", words)):
        found.append(Q(course__in=courses))
        of_others = Ticket.objects.for_team(team).filter(course__in=courses, merged_into__isnull=False)
        found += _standing_for(of_others.exclude(merged_into__course=F("course")))
    if tags := _few(_with(Tag.objects.for_team(team), "name", words)):
        found += _by_ticket(Ticket.tags.through.objects.filter(tag__in=tags))
    return found


def newest(tickets: TicketQuerySet, team: Team, text: str, count: int) -> TicketQuerySet:
    """The newest of these tickets, all of the team, that answer to the text.

    Each condition is a query of its own: over all at once the database would have to walk every ticket.
    """
    places: set[tuple[object, int]] = set()
    with transaction.atomic(), connection.cursor() as cursor:
        # A word is common or rare, and wants a plan accordingly; a plan kept for any word serves neither.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        for condition in conditions(team, text):
            places.update(tickets.filter(condition).newest_first().values_list("requested_at", "pk")[:count])
    pks = [pk for _requested_at, pk in heapq.nlargest(count, places)]
    return Ticket.objects.filter(pk__in=pks).newest_first()


def _by_number(team: Team, number: int) -> list[Q]:
    return [Q(number=number), *_standing_for(Ticket.objects.for_team(team).filter(number=number))]


def _by_ticket(rows: Any) -> list[Q]:
    """The tickets of these notes or tags, and those that stand for them where they are merged."""
    return [Q(pk__in=rows.values("ticket")), *_standing_for(rows, "ticket__")]


def _standing_for(rows: Any, path: str = "") -> list[Q]:
    """The tickets into which those of these rows are merged, as far as these are not too many to be looked through."""
    merged = rows.filter(**{f"{path}merged_into__isnull": False}).values_list(f"{path}merged_into", flat=True)
    standing = at_top(set(merged[:MOST_MERGED]))
    return [Q(pk__in=standing)] if standing else []


def _all_of(field: str, words: list[str]) -> Q:
    return Q(*(Q((f"{field}__contains", word)) for word in words))


def _with(rows: Any, field: str, words: list[str]) -> Any:
    """Those whose text has all of these, in any place; a shorter one as a word of its own."""
    found = rows.alias(folded=Fold(field), words=Words(FoldWords(field)))
    for word in words:
        is_short = len(word) < SHORTEST_INDEXED
        is_word = SearchQuery(FoldWords(Value(word)), config="simple")
        found = found.filter(words=is_word) if is_short else found.filter(folded__contains=word)
    return found


def _few(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:200])
