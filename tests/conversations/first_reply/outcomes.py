"""The outcome of a ticket's first reply."""

from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets.models import Message, Ticket


def request_of(ticket):
    return QuestionRequest.objects.get(ticket=ticket, kind="first")


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def automatic(ticket):
    return Message.objects.filter(ticket=ticket, kind="automatic")


def reason_of(ticket):
    request = request_of(ticket)
    assert (request.state, automatic(ticket).count(), request.decided_at is None) == ("not_sent", 0, False)
    return request.reason
