"""Finds tickets by number, learner's name or e-mail, course, lesson, tag, or words that somebody wrote.

The words may be in questions, notes, messages and learners' comments on lessons, or in the name of a topic if the
learner chose only that.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.utils import translation

from helpdesk.courses.models import Course, Learner, LearnerActivity, Lesson
from helpdesk.courses.search import SHORTEST_INDEXED, Unaccent, UnaccentWords, Words, contains_all, search_words
from helpdesk.teams.models import Team
from helpdesk.tickets.merged_tickets import root_keys_of
from helpdesk.tickets.models import Message, Tag, Ticket, Topic
from helpdesk.tickets.querysets import NEWEST_FIRST, TicketQuerySet
from helpdesk.ui.cleaning import clean_name
from helpdesk.ui.keyset import Order
from helpdesk.ui.unaccent import unaccent

NUMBER = re.compile(r"#?\s*(\d{1,9})")
FENCE = 2**31  # more rows than there are: a subquery with a LIMIT is planned on its own
MOST_MERGED = 500  # merged tickets looked through for a word; a more common one is found often enough without the rest
NEWEST = 2_000  # newest tickets looked through for a common word, or for a short one in learners' names

Place = tuple[datetime, int]  # when a ticket was requested, and its primary key


class Condition(NamedTuple):
    """A way in which a ticket may match; `one_by_one`, if any, is for few tickets, whose texts are read in turn."""

    by_index: Q
    one_by_one: Q | None = None


def conditions(team: Team, text: str) -> list[Condition]:
    """The ways in which a ticket may match the text; the database has an index for each."""
    text = clean_name(text)
    words = search_words(text)
    found = list(map(Condition, _by_names(team, text, words)))
    if text.startswith("#") or not any(map(_is_word, words)):
        return found
    # Ignore words that are only signs, such as a dash between two words.
    words = [word for word in words if _is_word(word)]
    asked = _with(Ticket.objects.for_team(team).exclude(question=""), "question", words)
    messages = _with(Message.objects.for_team(team).settled().filter(kind__in=Message.BY_PEOPLE), "body", words)
    said = _with(LearnerActivity.objects.for_team(team).with_comment(), "comment_text", words)
    by_topic = _by_topics(team, words)
    return [*found, *by_topic, *_written(asked, ""), *_written(messages, "ticket__"), _by_learners(said)]


def _is_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _by_names(team: Team, text: str, words: list[str]) -> list[Q]:
    """Conditions on number, learner, course, lesson and tag."""
    number = NUMBER.fullmatch(text)
    found = _by_number(team, int(number[1])) if number else []
    if text.startswith("#") or not words:
        return found
    words = list(filter(_is_word, words)) or words
    by_learner = Q(learner__in=Learner.objects.for_team(team).filter(contains_all("search_text", words)))
    if max(map(len, words)) < SHORTEST_INDEXED:
        by_learner &= Q(pk__in=Ticket.objects.for_team(team).newest_first().values("pk")[:NEWEST])
    found.append(by_learner)
    for field, named in (("course", Course.objects), ("lesson", Lesson.objects)):
        if keys := _few(_with(named.for_team(team), "title", words)):
            found.append(Q(**{f"{field}__in": keys}))
            merged = Ticket.objects.for_team(team).filter(**{f"{field}__in": keys}, merged_into__isnull=False)
            found += _roots_of(merged.exclude(**{f"merged_into__{field}": F(field)}))
    if tags := _few(_with(Tag.objects.for_team(team), "name", words)):
        found += _by_ticket(Ticket.tags.through.objects.filter(tag__in=tags))
    return found


def _by_topics(team: Team, words: list[str]) -> list[Condition]:
    """Tickets whose learner only chose a topic, found by the topic's name in any language."""
    if max(map(len, words)) < SHORTEST_INDEXED:
        return []
    topics = [topic for topic, labels in _topic_labels().items() if any(_has_words(label, words) for label in labels)]
    if not topics:
        return []
    chosen = Q(topic__in=topics, question="", question_known_at__isnull=False)
    roots = _roots_of(Ticket.objects.for_team(team).filter(chosen))
    unmerged = chosen & Q(merged_into__isnull=True)
    return [Condition(unmerged, unmerged), *map(Condition, roots)]


def _has_words(label: str, words: list[str]) -> bool:
    return all(word in label for word in words)


@cache
def _topic_labels() -> dict[str, list[str]]:
    """The names of each topic in all languages, unaccented."""
    labels: dict[str, list[str]] = {topic: [] for topic in Topic.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for topic in Topic:
                labels[topic].append(unaccent(str(topic.label)))
    return labels


def newest(tickets: TicketQuerySet, team: Team, text: str, count: int) -> TicketQuerySet:
    """The newest of these tickets, all of one team, that match the text."""
    return tickets_at(nearest_places(tickets, conditions(team, text), count))


def tickets_at(places: Iterable[Place]) -> TicketQuerySet:
    """The tickets at these places."""
    return Ticket.objects.filter(pk__in=[pk for _requested_at, pk in places]).newest_first()


def nearest_places(
    tickets: TicketQuerySet, asked: list[Condition], count: int, order: Order = NEWEST_FIRST
) -> list[Place]:
    """The places of the first tickets that match any condition: the newest, or in reverse order the oldest.

    Each condition is a query of its own, because for all at once the database would read every ticket. For a common
    word, its index returns far too many rows, so the first NEWEST tickets are read before the index is used.
    """
    last = order.sort(tickets)[NEWEST - 1 : NEWEST].values_list("requested_at", flat=True).first()
    bound = "requested_at__gte" if order.is_descending else "requested_at__lte"
    nearest = tickets.filter(**{bound: last}) if last else tickets
    by_index = [condition.by_index for condition in asked if not condition.one_by_one]
    with transaction.atomic(), connection.cursor() as cursor:
        # Common and rare words need different plans; a plan cached for all words suits neither.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        places = _places(tickets, by_index, count, order)
        places |= _places(nearest, [each.one_by_one for each in asked if each.one_by_one], count, order)
        if last and sum((at >= last) if order.is_descending else (at <= last) for at, _pk in places) < count:
            places |= _places(tickets, [each.by_index for each in asked if each.one_by_one], count, order)
    return (heapq.nlargest if order.is_descending else heapq.nsmallest)(count, places)


def _places(tickets: TicketQuerySet, conditions: list[Q], count: int, order: Order) -> set[Place]:
    """The places of the first tickets that match each condition."""
    found = (order.sort(tickets.filter(condition)).values_list("requested_at", "pk") for condition in conditions)
    return {place for places in found for place in places[:count]}


def _by_number(team: Team, number: int) -> list[Q]:
    return [Q(number=number), *_roots_of(Ticket.objects.for_team(team).filter(number=number))]


def _by_ticket(rows: Any) -> list[Q]:
    """Tickets of these rows, and the tickets that they are merged into."""
    return [Q(pk__in=rows.values("ticket")), *_roots_of(rows, "ticket__")]


def _roots_of(rows: Any, path: str = "") -> list[Q]:
    """The tickets into which these rows' tickets are merged; looks at no more than MOST_MERGED merged tickets."""
    merged = rows.filter(**{f"{path}merged_into__isnull": False}).values_list(f"{path}merged_into", flat=True)
    roots = root_keys_of(set(merged[:MOST_MERGED]))
    return [Q(pk__in=roots)] if roots else []


def _with(rows: Any, field: str, words: list[str]) -> Any:
    """Rows whose text contains all words, in any order; those shorter than SHORTEST_INDEXED must be whole words."""
    found = rows.alias(unaccented=Unaccent(field), words=Words(UnaccentWords(field)))
    longer = [word for word in words if len(word) >= SHORTEST_INDEXED]
    if shorter := " ".join(word for word in words if word not in longer):
        found = found.filter(words=SearchQuery(UnaccentWords(Value(shorter)), config="simple"))
    return found.filter(contains_all("unaccented", longer))


def _written(rows: Any, path: str) -> list[Condition]:
    """Tickets, reached by `path`, of rows with such a text, and the tickets that they are merged into."""
    key = f"{path}pk"
    its_own = rows.filter(**{key: OuterRef("pk")})
    in_text = Condition(Q(pk__in=rows.values(key)[:FENCE]), Q(pk=Subquery(its_own.values(key)[:1])))
    return [in_text, *map(Condition, _roots_of(rows, path))]


def _by_learners(comments: Any) -> Condition:
    """The tickets of the learners who wrote these comments."""
    theirs = comments.filter(learner=OuterRef("learner"))
    return Condition(
        Q(learner__in=comments.values("learner")[:FENCE]), Q(learner=Subquery(theirs.values("learner")[:1]))
    )


def _few(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:200])
