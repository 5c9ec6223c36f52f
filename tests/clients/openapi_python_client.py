"""Drives the client of openapi-python-client: lists, filters, creates, changes with If-Match, deletes."""
# mypy: ignore-errors

import os
import uuid
from datetime import UTC, datetime, timedelta

from helpdesk_client import AuthenticatedClient
from helpdesk_client.api.saved_views import create_saved_view, delete_saved_view
from helpdesk_client.api.tickets import change_ticket, create_ticket, get_ticket, list_tickets, unassign_ticket
from helpdesk_client.models import ChangedMeanwhile, NewLearner, NewSavedView, NewTicket, Problem, Ticket, TicketChange
from helpdesk_client.models.list_tickets_expand_item import ListTicketsExpandItem
from helpdesk_client.models.list_tickets_fields_item import ListTicketsFieldsItem
from helpdesk_client.models.list_tickets_status import ListTicketsStatus
from helpdesk_client.models.new_ticket_priority import NewTicketPriority
from helpdesk_client.models.ticket_change_priority import TicketChangePriority

client = AuthenticatedClient(base_url=os.environ["HELPDESK_URL"], token=os.environ["HELPDESK_TOKEN"])
Field, Expand = ListTicketsFieldsItem, ListTicketsExpandItem

made = create_ticket.sync_detailed(
    client=client,
    body=NewTicket(NewLearner("opc@example.com", name=""), priority=NewTicketPriority.LOW, tags=["opc"]),
    idempotency_key=str(uuid.uuid4()),
)
ticket, etag = made.parsed, made.headers["ETag"]
assert made.status_code == 201, made
assert isinstance(ticket, Ticket)
assert made.headers["Location"].endswith(f"/tickets/{ticket.number}")

page = list_tickets.sync(
    client=client,
    status=ListTicketsStatus.TO_DO,
    q="opc",
    updated_since=datetime.now(UTC) - timedelta(hours=1),
    fields=[Field.NUMBER, Field.LEARNER],
    expand=[Expand.LEARNER],
)
assert [each.number for each in page.results] == [ticket.number], page
assert page.results[0].learner.email == "opc@example.com"

body = TicketChange(priority=TicketChangePriority.HIGH)
changed = change_ticket.sync_detailed(ticket.number, client=client, body=body, if_match=f'"0", {etag}')
assert (changed.status_code, changed.parsed.priority) == (200, "high"), changed
stale = change_ticket.sync(ticket.number, client=client, body=body, if_match=etag)
assert isinstance(stale, ChangedMeanwhile), stale
assert stale.changes[0].sentence
assert unassign_ticket.sync(ticket.number, client=client).assignee is None

view = create_saved_view.sync(client=client, body=NewSavedView("opc", "tag=opc"))
assert delete_saved_view.sync_detailed(view.id, client=client).status_code == 204
assert isinstance(get_ticket.sync(999_999, client=client), Problem)
