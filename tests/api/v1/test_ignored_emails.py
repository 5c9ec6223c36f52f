"""Ignoring many e-mails in one go, in the API."""

import uuid

import pytest

from helpdesk.conversations.models import InboundEmail
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
ADDRESS = "inbound-emails/ignored"
State = InboundEmail.State


def news(mailbox, number, sender="news@loja.example"):
    return receive(mailbox, write_email(f"Oferta {number}", sender=sender, subject=f"Oferta {number}"))


def held(team):
    return set(InboundEmail.objects.for_team(team).filter(state=State.HELD).values_list("pk", flat=True))


class TestIgnored:
    def test_all_emails_of_a_sender_can_be_ignored_with_undo(self, api, team, mailbox):
        news(mailbox, 1), news(mailbox, 2)
        other = news(mailbox, 3, sender="pedro@example.com")
        done = api.post(ADDRESS, {"sender": "News@loja.example"})
        assert (done.status_code, done.json()["count"]) == (201, 2)
        assert held(team) == {other.pk}
        assert [api.delete(f"{ADDRESS}/{done.json()['id']}").status_code for _time in range(2)] == [204, 404]
        assert len(held(team)) == 3

    def test_only_the_named_emails_are_ignored(self, api, team, mailbox):
        first, second, third = (news(mailbox, number) for number in range(3))
        elsewhere = news(mailbox_of(TeamFactory()), 4)
        InboundEmail.objects.filter(pk=second.pk).update(state=State.FILED)
        done = api.post(ADDRESS, {"emails": [first.pk, second.pk, elsewhere.pk, 10**17]})
        assert done.json()["count"] == 1
        assert held(team) == {third.pk}
        assert held(elsewhere.team) == {elsewhere.pk}

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"emails": []},
            {"emails": [0]},
            {"emails": ["x"]},
            {"emails": [2**63]},
            {"emails": [1] * 501},
            {"sender": ""},
            {"sender": "x"},
            {"emails": [1], "sender": "a@b.example"},
        ],
    )
    def test_an_empty_selection_is_refused(self, api, body):
        assert api.post(ADDRESS, body).status_code == 422

    def test_an_unknown_change_cannot_be_undone(self, api, team, mailbox):
        assert api.delete(f"{ADDRESS}/{uuid.uuid4()}").status_code == 404
