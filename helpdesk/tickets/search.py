"""Finding tickets by what somebody types: number, name, e-mail, course, tag, or a word of a note."""

from __future__ import annotations

import heapq
import re
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from helpdesk.courses.models import Course, Learner
from helpdesk.courses.search import Fold, folded
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Message, Tag, Ticket
from helpdesk.tickets.querysets import TicketQuerySet

NUMBER = re.compile(r"#?\s*(\d{1,9})")
SHORTEST_INDEXED = 3  # letters: a trigram
NEWEST = 2_000  # tickets through which a shorter word is looked for


def conditions(team: Team, text: str) -> list[Q]:
    """The ways in which a ticket may answer to the text; each is one that the database has an index for."""
    number = NUMBER.fullmatch(text.strip())
    found = [Q(number=int(number[1]))] if number else []
    if text.strip().startswith("#"):
        return found
    words = folded(text).split()
    if not words:
        return found
    learners = Learner.objects.for_team(team).filter(_all_of("search_text", words))
    by_learner = Q(learner__in=learners)
    if max(map(len, words)) < SHORTEST_INDEXED:
        return [*found, by_learner & Q(pk__in=Ticket.objects.for_team(team).newest_first().values("pk")[:NEWEST])]
    asked = Ticket.objects.for_team(team).exclude(question="")
    found.append(Q(pk__in=_containing(asked, "question", words).values("pk")))
    notes = Message.objects.for_team(team).filter(kind=Message.Kind.NOTE)
    found += [by_learner, Q(pk__in=_containing(notes, "body", words).values("ticket"))]
    if courses := _few(_containing(Course.objects.for_team(team), "title", words)):
        found.append(Q(course__in=courses))
    if tags := _few(_containing(Tag.objects.for_team(team), "name", words)):
        found.append(Q(pk__in=Ticket.tags.through.objects.filter(tag__in=tags).values("ticket")))
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


def _all_of(field: str, words: list[str]) -> Q:
    return Q(*(Q((f"{field}__contains", word)) for word in words))


def _containing(rows: Any, field: str, words: list[str]) -> Any:
    return rows.alias(folded=Fold(field)).filter(_all_of("folded", words))


def _few(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:200])
