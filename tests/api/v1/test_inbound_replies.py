"""Saying that an e-mail of a colleague's was a reply, in the API."""

import pytest

from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, write_email
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(team, mailbox, colleague):
    ticket = open_ticket(team)
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    email = receive(mailbox, write_email("Limpe o cache.", sender=colleague.email, to=to))
    return email, ticket


def test_a_note_can_be_marked_as_reply_and_back(api, colleague, note):
    email, ticket = note
    address = f"inbound-emails/{email.pk}"
    assert api.put(f"{address}/reply").status_code == 409  # it is in no ticket yet
    api.put(f"{address}/decision", {"decision": "file", "ticket": ticket.number})
    assert api.put(f"{address}/reply").status_code == 200
    (message,) = api.get(f"tickets/{ticket.number}/messages").json()["results"]
    assert (message["kind"], message["author"]) == ("reply", colleague.pk)
    assert api.get(f"tickets/{ticket.number}").json()["first_responded_at"]
    assert [api.delete(f"{address}/reply").status_code for _time in range(2)] == [200, 409]
    assert api.get(f"tickets/{ticket.number}").json()["first_responded_at"] is None
