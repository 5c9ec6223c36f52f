"""A learner is found, and a ticket opened for them, by any address that Eduzz may know them by."""

import pytest

from helpdesk.courses.models import Learner
from helpdesk.tickets.models import Ticket
from tests.api.responses import results
from tests.factories import MembershipFactory, source_of
from tests.webhooks.sender import deliver, learner_help

pytestmark = pytest.mark.django_db
ODD = [
    "conceição@x.example",
    "maria..silva@x.example",
    "maria.@x.example",
    "a@escola",
    "x@y.example.",
    'a"b@x.example',
]


@pytest.mark.parametrize("email", ODD)
def test_a_learner_with_an_odd_address_is_found_and_can_get_tickets(api, client, team, email):
    deliver(client, source_of(team), learner_help(learner={"name": "Maria", "email": email.upper()}))
    learner = Learner.objects.get()
    assert [shown["id"] for shown in results(api.get("learners", {"email": email}))] == [learner.pk]
    assert api.post("tickets", {"learner": {"email": email}}).status_code == 201
    client.force_login(MembershipFactory(team=team).user)
    assert client.post("/t/escola/tickets/new/", {"email": email}).status_code == 302
    assert Ticket.objects.filter(learner=learner).count() == 3
    assert Learner.objects.count() == 1


@pytest.mark.parametrize("email", ODD)
def test_a_new_learner_cannot_have_an_odd_address(api, client, team, email):
    assert results(api.get("learners", {"email": email})) == []
    refused = api.post("tickets", {"learner": {"email": email}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "learner.email")
    client.force_login(MembershipFactory(team=team).user)
    assert client.post("/t/escola/tickets/new/", {"email": email}).status_code == 422
    assert not Learner.objects.exists()


@pytest.mark.parametrize("email", ["x", "x@", "@x", "a b@x.example"])
def test_an_impossible_address_is_refused(api, email):
    assert api.get("learners", {"email": email}).status_code == 400
