"""The base of views of one ticket: find it, change it if `If-Match` allows, show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.preconditions import read_if_match
from helpdesk.api.framework.problems import Conflict, Problem
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.ticket_serializer import TicketSerializer, contexts_for, with_relations
from helpdesk.tickets.actions import ActionRefused, TicketChanged, require_version
from helpdesk.tickets.actions.locking import lock_together
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_values import find_numbered_ticket
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.sentences import people_in, sentence_of
from helpdesk.ui.isolation import plain

MOST_CHANGES = 100
NEVER = 2**31  # higher than any ticket's version

# An operation that changes a ticket: it respects `If-Match`, and returns the ticket as it is then.
change_operation = partial(operation, response=TicketSerializer, if_match=True)


def etag(ticket: Ticket) -> str:
    """The `ETag` of the ticket's version."""
    return f'"{ticket.version}"'


class ChangedMeanwhile(Problem):
    """A 412: somebody else changed the ticket; `changes` lists what, who and when, at most the newest MOST_CHANGES."""

    def __init__(self, ticket: Ticket, changed: TicketChanged) -> None:
        events = changed.events[-MOST_CHANGES:]
        people = people_in(ticket.team, events)
        super().__init__(
            412,
            str(changed),
            version=ticket.version,
            changes=[
                {
                    "kind": event.kind,
                    "sentence": plain(sentence_of(event, ticket, people=people)),
                    "actor": event.actor_name,
                    "actor_kind": event.actor_kind,
                    "actor_id": event.actor_key,
                    "old_person": event.fact.old_person,
                    "new_person": event.fact.new_person,
                    "version": event.version,
                    "created_at": UTCField().to_representation(event.created_at),
                }
                for event in events
            ],
        )


class TicketView(TeamView):
    """A view of one ticket, by its number."""

    tag = "tickets"

    @property
    def actor(self) -> Actor:
        """The token or person in whose name changes are recorded."""
        token, user = self.access.token, self.access.user
        return Actor.token(token.name, token.pk) if token else Actor.person(user)  # type: ignore[arg-type] # one of both is there

    def find_ticket(self, number: int, *relations: str) -> Ticket:
        """The team's ticket with this number, with these relations; else 404."""
        tickets = Ticket.objects.for_team(self.team)
        found = get_object_or_404(tickets.select_related(*relations) if relations else tickets, number=number)
        self.learners_read.add(found.learner_id)
        return found

    def ticket_named_by(self, field: str) -> Ticket:
        """The team's ticket whose number is in this field of the body. Raises Conflict if there is none."""
        with self.conflicts(field):
            return find_numbered_ticket(self.team, self.body[field])

    def change(self, number: int, act: Callable[[Ticket], None], *others: Ticket) -> Response:
        """Run the action if the ticket's version matches `If-Match`, then show the ticket.

        `others` are tickets that the action changes too; all are locked together first.
        """
        ticket = self.find_ticket(number)
        self.require_body()
        with transaction.atomic(), self.conflicts():
            if others or ticket.is_merged:
                lock_together(ticket, *others)  # all together, before `require_match` locks the one
            self.require_match(ticket)
            act(ticket)
        return self.show_ticket(number)

    @contextmanager
    def conflicts(self, field: str = "") -> Iterator[None]:
        """Raise Conflict if an action refuses; `field` names the part of the body that it is about."""
        try:
            yield
        except ActionRefused as refused:
            raise Conflict(str(refused), field) from None

    def require_match(self, ticket: Ticket) -> None:
        """With `If-Match`, lock the ticket. Raises ChangedMeanwhile if others have changed it since that version."""
        versions = read_if_match(self.request.headers.get("If-Match"))
        if versions is None:
            return
        version = Ticket.objects.select_for_update(no_key=True).values_list("version", flat=True).get(pk=ticket.pk)
        try:
            require_version(ticket, self.actor, max((each for each in versions if each <= version), default=NEVER))
        except TicketChanged as changed:
            ticket.refresh_from_db()
            raise ChangedMeanwhile(ticket, changed) from None

    def show_ticket(
        self, number: int, status: int = 200, serializer: type[TicketSerializer] = TicketSerializer
    ) -> Response:
        """The ticket as it is now, with its `ETag`."""
        fields, expand = self.query.get("fields"), self.query.get("expand", ())
        tickets = with_relations(Ticket.objects.for_team(self.team), fields, expand)
        return self.show_found(get_object_or_404(tickets, number=number), status, serializer)

    def show_found(
        self, ticket: Ticket, status: int = 200, serializer: type[TicketSerializer] = TicketSerializer
    ) -> Response:
        """Show this ticket without reading it again."""
        fields = self.query.get("fields")
        context = self.get_serializer_context() | {"contexts": contexts_for([ticket], fields)}
        shown = serializer(ticket, context=context).data
        return Response(shown, status, headers={"ETag": etag(ticket)})
