"""Ignoring many e-mails in one go, and the future e-mails of their senders."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.inbound.ignored_senders import ignore_sender
from helpdesk.conversations.inbound.ignoring import ignore_emails, undo_ignoring
from helpdesk.conversations.models import IgnoredSender, InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.privacy.tombstones import put_tombstone
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.conversations.inbound.emails import receive, write_email
from tests.conversations.inbound.reading import address, listed, news
from tests.factories import LearnerFactory, MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State


def states():
    return list(InboundEmail.objects.order_by("pk").values_list("sender_address", "state"))


def test_all_waiting_emails_of_the_sender_are_ignored_and_no_others(client, logged_in_member, mailbox):
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


def test_each_can_be_undone_alone(client, logged_in_member, mailbox):
    first, second = news(mailbox, 1), news(mailbox, 2)
    client.post(address("ignore_sender", first))
    client.post(address("undo_inbound", second))
    assert [state for _sender, state in states()] == ["ignored", "held"]


def test_it_is_not_offered_for_a_single_email(client, logged_in_member, mailbox):
    assert "from this sender" not in client.get(address("inbound_email", news(mailbox, 1))).text


def test_repeating_it_ignores_nothing_more(client, logged_in_member, mailbox):
    first = news(mailbox, 1)
    news(mailbox, 2)
    for _time in range(2):
        answer = client.post(address("ignore_sender", first), follow=True)
    assert "Nothing was ignored" in answer.text


class TestSelected:
    def test_selected_emails_are_ignored_and_restored_together(self, client, logged_in_member, mailbox):
        team = mailbox.team
        first, second, other = (news(mailbox, number, f"{number}@loja.example") for number in range(3))
        answer = client.post(reverse("ignore_chosen", args=[team.slug]), {"email": [first.pk, second.pk]}, follow=True)
        assert "2 e-mails ignored. They are kept." in answer.text
        assert listed(client, team) == {other.pk}
        assert listed(client, team, show="ignored") == {first.pk, second.pk}
        (key,) = re.findall(r'name="ignored" value="([^"]+)"', answer.text)
        answer = client.post(reverse("undo_ignored", args=[team.slug]), {"ignored": key}, follow=True)
        assert "2 e-mails are waiting again." in answer.text
        first.refresh_from_db()
        assert (first.state, first.undo, first.decided_by, first.ignored_together) == (State.HELD, {}, None, None)
        assert "No learner has this address" in first.reason

    def test_undoing_keeps_emails_decided_since(self, client, logged_in_member, mailbox):
        team, actor = mailbox.team, Actor.person(logged_in_member.user)
        first, _second = news(mailbox, 1), news(mailbox, 2)
        key, count = ignore_emails(InboundEmail.objects.all(), team, actor)
        assert count == 2
        client.post(address("open_inbound", first))
        assert undo_ignoring(team, key) == 1
        assert [state for _sender, state in states()] == ["filed", "held"]

    def test_emails_of_other_teams_and_filed_ones_are_not_ignored(self, mailbox, logged_in_member):
        first = news(mailbox, 1)
        InboundEmail.objects.filter(pk=first.pk).update(state=State.FILED)
        actor = Actor.person(logged_in_member.user)
        assert ignore_emails(InboundEmail.objects.all(), mailbox.team, actor)[1] == 0
        news(mailbox, 2)
        assert ignore_emails(InboundEmail.objects.all(), TeamFactory(), actor)[1] == 0

    def test_many_take_as_many_queries_as_few_and_no_content_is_read(self, mailbox, logged_in_member):
        for number in range(6):
            news(mailbox, number)
        asked = []
        for most in (1, 1, 5):
            pks = list(InboundEmail.objects.filter(state=State.HELD).values_list("pk", flat=True)[:most])
            with CaptureQueriesContext(connection) as queries:
                key, count = ignore_emails(
                    InboundEmail.objects.filter(pk__in=pks), mailbox.team, Actor.person(logged_in_member.user)
                )
                undo_ignoring(mailbox.team, key)
            assert count == most
            asked.append(len(queries))
            assert not any('"raw"' in query["sql"] for query in queries)
        assert asked[1] == asked[2]

    @pytest.mark.parametrize("values", [[], ["x"], ["9" * 30], ["-1"], ["\x00"]])
    def test_an_empty_selection_is_reported(self, client, logged_in_member, mailbox, values):
        answer = client.post(reverse("ignore_chosen", args=[mailbox.team.slug]), {"email": values}, follow=True)
        assert "Select the e-mails first." in answer.text

    @pytest.mark.parametrize("key", ["", "x", "6a1f1b2e-0b0e-4b57-9d3c-2f6f0d6c1a55"])
    def test_an_invalid_key_claims_nothing_was_ignored(self, client, logged_in_member, mailbox, key):
        assert "ignored. " not in client.get(reverse("unfiled", args=[mailbox.team.slug]), {"ignored": key}).text
        answer = client.post(reverse("undo_ignored", args=[mailbox.team.slug]), {"ignored": key}, follow=True)
        assert "There is nothing to undo." in answer.text

    def test_a_viewer_cannot_select_emails(self, client, mailbox):
        client.force_login(MembershipFactory(team=mailbox.team, role=Role.VIEWER).user)
        news(mailbox, 1)
        assert 'type="checkbox"' not in client.get(reverse("unfiled", args=[mailbox.team.slug])).text


class TestSenders:
    def test_emails_of_an_ignored_sender_do_not_wait(self, client, logged_in_member, mailbox):
        first, _second = news(mailbox, 1), news(mailbox, 2)
        answer = client.post(address("ignore_sender", first), {"always": "1"}, follow=True)
        assert "2 e-mails ignored." in answer.text
        assert "E-mail from news@loja.example is ignored from now on." in answer.text
        later = receive(mailbox, write_email("Oferta 3", sender="NEWS@loja.example"))
        assert (later.state, later.reason) == (State.IGNORED, "Its sender is always ignored.")
        client.post(address("undo_inbound", later))
        later.refresh_from_db()
        assert later.state == State.HELD
        assert later.reason

    def test_undoing_restores_the_emails_and_the_sender(self, client, logged_in_member, mailbox):
        first = news(mailbox, 1)
        page = client.post(address("ignore_sender", first), {"always": "1"}, follow=True).text
        form = dict(re.findall(r'name="(ignored|sender)" value="([^"]+)"', page))
        client.post(reverse("undo_ignored", args=[mailbox.team.slug]), form)
        assert not IgnoredSender.objects.exists()
        assert states() == [("news@loja.example", "held")]
        news(mailbox, 2)

    def test_undoing_keeps_a_sender_that_was_ignored_before(self, client, logged_in_member, mailbox):
        first = news(mailbox, 1)
        ignore_sender(mailbox.team, "news@loja.example", None)
        page = client.post(address("ignore_sender", first), {"always": "1"}, follow=True).text
        form = dict(re.findall(r'name="(ignored|sender)" value="([^"]+)"', page))
        client.post(reverse("undo_ignored", args=[mailbox.team.slug]), form)
        assert states() == [("news@loja.example", "held")]
        assert IgnoredSender.objects.get().address == "news@loja.example"

    def test_emails_of_learners_and_participants_are_not_ignored(self, mailbox):
        learner = LearnerFactory(team=mailbox.team)
        ignore_sender(mailbox.team, learner.email, None)
        found = receive(mailbox, write_email("Não abre", sender=learner.email))
        assert found.state == State.FILED
        ignore_sender(mailbox.team, "pai@example.com", None)
        ticket = Ticket.objects.get()
        found = receive(mailbox, write_email("Ela não entra", sender="pai@example.com", References=root_id(ticket)))
        assert found.state == State.HELD  # it names a ticket: a person looks

    def test_another_teams_ignored_sender_is_not_ignored_here(self, mailbox):
        ignore_sender(TeamFactory(), "news@loja.example", None)
        news(mailbox, 1)

    def test_senders_are_listed_added_and_removed_with_undo(self, client, logged_in_member, mailbox):
        page = reverse("ignored_senders", args=[mailbox.team.slug])
        assert client.post(page, {"address": "nonsense"}).status_code == 422
        client.post(page, {"address": "News@Loja.example"})
        client.post(page, {"address": "news@loja.example"})
        (sender,) = IgnoredSender.objects.all()
        assert sender.ignored_by == logged_in_member.user
        assert "news@loja.example" in client.get(page).text
        answer = client.post(reverse("remove_ignored_sender", args=[mailbox.team.slug, sender.pk]), follow=True)
        assert "E-mail from news@loja.example waits for you again." in answer.text
        assert not IgnoredSender.objects.exists()
        assert "waits for you again" not in client.get(page).text
        undo = re.findall(r'name="undo" value="([^"]+)"', answer.text)[0]
        assert client.post(page, {"undo": undo + "x"}).status_code == 409
        client.post(page, {"undo": undo})
        assert IgnoredSender.objects.get().address == "news@loja.example"

    def test_undoing_does_not_restore_a_sender_erased_since(self, client, logged_in_member, mailbox):
        page = reverse("ignored_senders", args=[mailbox.team.slug])
        ignore_sender(mailbox.team, "ana@example.com", None)
        sender = IgnoredSender.objects.get()
        answer = client.post(reverse("remove_ignored_sender", args=[mailbox.team.slug, sender.pk]), follow=True)
        undo = re.findall(r'name="undo" value="([^"]+)"', answer.text)[0]
        put_tombstone(mailbox.team.pk, "ana@example.com", timezone.now())
        assert client.post(page, {"undo": undo}).status_code == 409
        assert not IgnoredSender.objects.exists()

    def test_undo_is_not_offered_for_a_sender_erased_since(self, client, logged_in_member, mailbox):
        sender, _is_new = ignore_sender(mailbox.team, "ana@example.com", logged_in_member.user)
        client.post(reverse("remove_ignored_sender", args=[mailbox.team.slug, sender.pk]))
        put_tombstone(mailbox.team.pk, "ana@example.com", timezone.now())
        assert "ana@example.com" not in client.get(reverse("ignored_senders", args=[mailbox.team.slug])).text

    def test_it_is_not_offered_for_a_learner_or_a_colleague(self, client, logged_in_member, mailbox):
        assert "Always ignore" in client.get(address("inbound_email", news(mailbox, 1))).text
        held = receive(mailbox, write_email("", sender=LearnerFactory(team=mailbox.team).email))
        assert "Always ignore" not in client.get(address("inbound_email", held)).text
        held = receive(mailbox, write_email("Oi", sender=logged_in_member.user.email))
        assert "Always ignore" not in client.get(address("inbound_email", held)).text

    def test_the_page_takes_as_many_queries_for_many(self, client, logged_in_member, mailbox):
        page, asked = reverse("ignored_senders", args=[mailbox.team.slug]), []
        for number in (1, 1, 5):
            for each in range(number):
                ignore_sender(mailbox.team, f"{number}-{each}@example.com", logged_in_member.user)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            asked.append(len(queries))
        assert asked[1] == asked[2]
