"""Merged tickets: the requests that a ticket stands for, and finding it by their attributes.

A ticket that others are merged into, and that is not merged itself, stands for them: it is their root.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import Q, QuerySet

from helpdesk.courses.models import Course, Lesson, Producer
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Tag, Ticket


def merged_tickets_of(ticket: Ticket) -> list[Ticket]:
    """The tickets merged into this one, at any depth, oldest request first."""
    requests: list[Ticket] = []
    above = [ticket] if ticket.request_count > 1 else []
    while above:
        found = list(Ticket.objects.filter(merged_into__in=above))
        above = [request for request in found if request.request_count > 1]
        requests += found
    return sorted(requests, key=lambda request: (request.requested_at, request.pk))


def with_merged(pks: Collection[int]) -> set[int]:
    """The primary keys of these tickets and of all tickets merged into them, at any depth."""
    found = below = set(pks)
    while below := set(Ticket.objects.filter(merged_into__in=below).values_list("pk", flat=True)):
        found |= below
    return found


def roots_of(merged: QuerySet[Ticket]) -> set[int]:
    """The primary keys of the roots of those of these tickets that are merged."""
    return root_keys_of(_above(merged))


def root_ticket(ticket: Ticket) -> Ticket:
    """The ticket, or its root if it is merged."""
    (pk,) = root_keys_of({ticket.pk})
    return ticket if pk == ticket.pk else Ticket.objects.get(pk=pk)


def root_keys_of(keys: set[int]) -> set[int]:
    """The primary keys of these tickets, those of merged ones replaced by their roots'."""
    while keys:
        above = Ticket.objects.filter(pk__in=keys, merged_into__isnull=False)
        if not (merged_too := set(above.values_list("pk", flat=True))):
            break
        keys = (keys - merged_too) | _above(above)
    return keys


def chains_of(pks: Collection[int]) -> list[list[int]]:
    """For each of these primary keys the chain of keys from the ticket's root down to the ticket itself."""
    above: dict[int, int | None] = {}
    while new := {pk for pk in (*pks, *above.values()) if pk and pk not in above}:
        above |= dict(Ticket.objects.filter(pk__in=new).values_list("pk", "merged_into"))
        above |= dict.fromkeys(new - above.keys())
    chains = []
    for pk in pks:
        chain, upper = [pk], above[pk]
        while upper and upper not in chain:
            chain.insert(0, upper)
            upper = above[upper]
        chains.append(chain)
    return chains


def _above(merged: QuerySet[Ticket]) -> set[int]:
    found = merged.filter(merged_into__isnull=False).values_list("merged_into", flat=True).distinct()
    return {pk for pk in found if pk}


def asked_about(team: Team, field: str, value: Course | Lesson | Producer | int | None) -> Q:
    """Tickets about this course, lesson or producer, and roots of merged tickets about it.

    Nearly all merged tickets are about the same as the ticket that they are merged into; these are not looked up.
    """
    is_theirs = own_request_about(field, value)
    elsewhere = roots_asked_about(team, field, value)
    return is_theirs | Q(pk__in=elsewhere) if elsewhere else is_theirs


def own_request_about(field: str, value: Course | Lesson | Producer | int | None) -> Q:
    """Tickets whose own request is about this course, lesson or producer."""
    return Q(**{field: value}) if value else Q(**{f"{field}__isnull": True})


def roots_asked_about(team: Team, field: str, value: Course | Lesson | Producer | int | None) -> set[int]:
    """The primary keys of roots of tickets that are about this, and merged into a ticket about something else."""
    elsewhere = ~own_request_about(f"merged_into__{field}", value)
    return roots_of(
        Ticket.objects.for_team(team).filter(own_request_about(field, value), elsewhere, merged_into__isnull=False)
    )


def tagged(tag: Tag) -> Q:
    """Tickets with this tag, and roots of merged tickets with it."""
    roots = roots_of(Ticket.objects.filter(tags=tag))
    if not roots:
        return Q(tags=tag)
    # A union of keys: with OR, the database would scan all tickets.
    having = Ticket.tags.through.objects.filter(tag=tag).values("ticket")
    return Q(pk__in=having.union(Ticket.objects.filter(pk__in=roots).values("pk")))


def to_do_elsewhere(team: Team) -> Counter[int | None]:
    """By course, the number of tickets to do that have a merged request about it, but are about another course."""
    roots = Ticket.objects.for_team(team).to_do().filter(request_count__gt=1)
    above = {pk: (pk, course) for pk, course in roots.values_list("pk", "course")}
    found: set[tuple[int, int | None]] = set()
    while above:
        merged = Ticket.objects.filter(merged_into__in=above)
        below = {}
        for pk, merged_into, course, count in merged.values_list("pk", "merged_into", "course", "request_count"):
            root, its_course = above[merged_into or 0]
            if course != its_course:
                found.add((root, course))
            if count > 1:
                below[pk] = (root, its_course)
        above = below
    return Counter(course for _root, course in found)
