"""The outcome of events does not depend on the order in which workers process them."""

from itertools import permutations

import pytest

from helpdesk.courses.models import Learner
from helpdesk.tickets import actions
from helpdesk.tickets.actions import repeated_requests
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.factories import UserFactory
from tests.webhooks.sender import deliver, learner_help

pytestmark = pytest.mark.django_db
HOURS = ["2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z", "2024-01-01T12:00:00Z"]


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_the_earliest_of_repeated_calls_becomes_the_root(client, source, order):
    for number in order:
        deliver(client, source, learner_help(id=f"at-{number}", createdAt=HOURS[number]))
    first = Ticket.objects.unfinished().get()
    assert first.delivery.event_id == "at-0"
    assert first.request_count == 3
    assert sorted(first.merged_tickets.values_list("delivery__event_id", "request_count")) == [("at-1", 1), ("at-2", 1)]
    kinds = first.events.order_by("pk").values_list("kind", flat=True)
    assert sorted(kinds) == ["asked_again", "asked_again", "created"]


def test_a_ticket_is_created_at_the_receipt_of_its_call(client, source):
    deliver(client, source, learner_help())
    ticket = Ticket.objects.get()
    assert ticket.created_at == ticket.delivery.received_at


def test_calls_in_reverse_order_do_not_move_all_tickets_each_time(client, source, monkeypatch):
    monkeypatch.setattr(repeated_requests, "MOST_MOVED", 3)
    for minute in range(30, 10, -1):
        deliver(client, source, learner_help(id=str(minute), createdAt=f"2024-01-01T10:{minute}:00Z"))
    root = Ticket.objects.unfinished().get()
    assert (root.request_count, root.merged_tickets.count()) == (20, 19)
    assert TicketEvent.objects.count() == 20 + 19 + (2 * 1 + 2 * 2 - 2)


def test_an_earlier_call_does_not_replace_a_ticket_somebody_works_on(client, source):
    later = deliver(client, source, learner_help(id="later", createdAt=HOURS[1])).ticket
    assert later is not None
    actions.change_status(later, Actor.person(UserFactory()), "pending")
    deliver(client, source, learner_help(id="earlier", createdAt=HOURS[0]))
    later.refresh_from_db()
    assert (later.request_count, later.merged_into, later.status) == (2, None, "open")


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_names_come_from_the_newest_event(client, source, order):
    events = [
        ("Ana", "Curso", HOURS[0]),
        ("Ana Prado", "Curso novo", HOURS[2]),
        ("Aninha", "Curso velho", HOURS[1]),
        ("", "", "2024-01-01T13:00:00Z"),
    ]
    for number in order:
        name, title, created_at = events[number]
        learner, course = {"email": "Learner@Eduzz.com", "name": name}, {"hash": "h", "title": title}
        deliver(client, source, learner_help(id=str(number), learner=learner, course=course, createdAt=created_at))
    ticket = Ticket.objects.unfinished().get()
    assert ticket.course is not None
    assert (ticket.learner.name, ticket.course.title) == ("Ana Prado", "Curso novo")
    assert ticket.learner.email == "learner@eduzz.com"


@pytest.mark.parametrize("names", [*permutations(["Ana", "Bia", "Bia"])])
def test_of_two_names_with_the_same_time_the_same_one_wins(client, source, names):
    for number, name in enumerate(names):
        deliver(client, source, learner_help(id=str(number), learner={"email": "a@x.com", "name": name}))
    assert Learner.objects.get().name == "Bia"
