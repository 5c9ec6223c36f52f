"""Drives the Python client of openapi-generator: lists, filters, creates, changes with If-Match, deletes."""
# mypy: ignore-errors

import os
import uuid
from datetime import UTC, datetime, timedelta

from helpdesk_client import ApiClient, Configuration, NewLearner, NewSavedView, NewTicket, TicketChange
from helpdesk_client.api import SavedViewsApi, TicketsApi
from helpdesk_client.exceptions import ApiException


def refusal(call, *args, **kwargs):
    """The server's refusal of a call."""
    try:
        call(*args, **kwargs)
    except ApiException as error:
        return error
    raise AssertionError("it was not refused")


configuration = Configuration(host=os.environ["HELPDESK_URL"], access_token=os.environ["HELPDESK_TOKEN"])
client = ApiClient(configuration)
tickets, views = TicketsApi(client), SavedViewsApi(client)

made = tickets.create_ticket_with_http_info(
    NewTicket(learner=NewLearner(email="ogp@example.com", name=""), priority="low", tags=["ogp"]),
    idempotency_key=str(uuid.uuid4()),
)
ticket, headers = made.data, {name.lower(): value for name, value in made.headers.items()}
etag = headers["etag"]
assert made.status_code == 201, made
assert headers["location"].endswith(f"/tickets/{ticket.number}")

page = tickets.list_tickets(
    status="to_do",
    q="ogp",
    updated_since=datetime.now(UTC) - timedelta(hours=1),
    fields=["number", "learner"],
    expand=["learner"],
)
assert [each.number for each in page.results] == [ticket.number], page
assert page.results[0].learner.actual_instance.email == "ogp@example.com"

body = TicketChange(priority="high")
assert tickets.change_ticket(ticket.number, if_match=f'"0", {etag}', ticket_change=body).priority == "high"
stale = refusal(tickets.change_ticket, ticket.number, if_match=etag, ticket_change=body)
assert stale.status == 412, stale
assert stale.data.changes[0].sentence
assert tickets.unassign_ticket(ticket.number).assignee is None

view = views.create_saved_view(NewSavedView(name="ogp", query="tag=ogp"))
assert views.delete_saved_view_with_http_info(view.id).status_code == 204
assert refusal(tickets.get_ticket, 999_999).data.detail
