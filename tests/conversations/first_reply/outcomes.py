"""What became of a ticket's first reply."""

from helpdesk.tickets.models import Message
from tests.conversations.first_reply.conftest import request_of


def automatic(ticket):
    return Message.objects.filter(ticket=ticket, kind="automatic")


def reason_of(ticket):
    request = request_of(ticket)
    assert (request.state, automatic(ticket).count(), request.decided_at is None) == ("not_sent", 0, False)
    return request.reason
