"""Ignoring all that waits from one sender."""

import pytest
from django.urls import reverse

from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.roles import Role
from tests.conversations.inbound.letters import letter, receive
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State


@pytest.fixture
def member(client, team):
    membership = MembershipFactory(team=team, role=Role.AGENT)
    client.force_login(membership.user)
    return membership


def news(mailbox, number, sender="news@loja.example"):
    found = receive(mailbox, letter(f"Oferta {number}", sender=sender, subject=f"Oferta {number}"))
    assert found.state == State.HELD
    return found


def address(name, email):
    return reverse(name, args=[email.team.slug, email.pk])


def states():
    return list(InboundEmail.objects.order_by("pk").values_list("sender_address", "state"))


def test_all_that_waits_from_the_sender_is_ignored_and_nothing_else(client, member, mailbox):
    first, _second = news(mailbox, 1), news(mailbox, 2)
    news(mailbox, 3, sender="pedro@example.com")
    page = client.get(address("inbound_email", first)).text
    assert "Ignore all 2 from this sender" in page
    answer = client.post(address("ignore_sender", first), follow=True)
    assert "2 e-mails ignored. They are kept." in answer.text
    assert states() == [
        ("news@loja.example", "ignored"),
        ("news@loja.example", "ignored"),
        ("pedro@example.com", "held"),
    ]


def test_each_can_be_taken_back(client, member, mailbox):
    first, second = news(mailbox, 1), news(mailbox, 2)
    client.post(address("ignore_sender", first))
    client.post(address("undo_inbound", second))
    assert [state for _sender, state in states()] == ["ignored", "held"]


def test_of_one_alone_it_is_not_offered(client, member, mailbox):
    assert "from this sender" not in client.get(address("inbound_email", news(mailbox, 1))).text


def test_again_it_ignores_nothing_more(client, member, mailbox):
    first = news(mailbox, 1)
    news(mailbox, 2)
    for _time in range(2):
        answer = client.post(address("ignore_sender", first), follow=True)
    assert "0 e-mails ignored." in answer.text
