"""E-mails without a ticket, as their pages show them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.conversations.actions.filing_emails import file_email
from helpdesk.conversations.actions.splitting import split_email
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.storing import Uid, store_email
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from tests.conversations.inbound.emails import receive, write_email
from tests.conversations.inbound.reading import address
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State


@pytest.fixture
def missing(mailbox):
    """What a mail server lists and does not give."""
    store_email(mailbox, b"", uid=Uid(1, 7), state=State.FAILED, reason=Reason(ReasonCode.NOT_GIVEN))
    return InboundEmail.objects.get()


class TestMissing:
    def test_it_can_only_be_ignored_with_undo(self, client, logged_in_member, missing, ticket):
        page = client.get(address("inbound_email", missing)).text
        assert address("ignore_inbound", missing) in page
        assert address("file_inbound", missing) not in page
        assert client.post(address("ignore_inbound", missing)).status_code == 303
        missing.refresh_from_db()
        assert missing.state == State.IGNORED
        assert address("inbound_email", missing) not in client.get(reverse("unfiled", args=[ticket.team.slug])).text
        page = client.get(address("inbound_email", missing)).text
        assert address("ignore_inbound", missing) not in page
        assert client.post(address("undo_inbound", missing)).status_code == 303
        missing.refresh_from_db()
        assert (missing.state, missing.reasons) == (State.FAILED, [Reason(ReasonCode.NOT_GIVEN)])

    def test_filing_is_refused_with_the_reason(self, missing, ticket, actor):
        with pytest.raises(ActionRefused, match="never delivered its content"):
            file_email(missing, ticket, actor)


class TestPages:
    def test_it_is_listed_and_leads_to_its_page_with_suggestions(self, client, logged_in_member, held, ticket):
        page = client.get(reverse("unfiled", args=[held.team.slug])).text
        assert address("inbound_email", held) in page
        page = client.get(address("inbound_email", held)).text
        assert "Ela não consegue entrar." in page
        assert f'value="{ticket.number}"' in page

    def test_an_unknown_tab_is_empty(self, client, logged_in_member, held):
        shown = client.get(reverse("unfiled", args=[held.team.slug]), {"show": "heldd"}).text
        assert f"/{held.pk}/" not in shown
        assert "<h2>None</h2>" in shown

    def test_the_sidebar_shows_them_only_if_there_are_some(self, client, logged_in_member, held):
        inbox = reverse("inbox", args=[held.team.slug])
        link = reverse("unfiled", args=[held.team.slug])
        assert link in client.get(inbox).text
        InboundEmail.objects.update(state="ignored")
        assert link not in client.get(inbox).text

    @pytest.mark.parametrize(("most", "label"), [(1, "1"), (0, "0+")])
    def test_they_are_counted_up_to_a_limit(self, client, logged_in_member, held, monkeypatch, most, label):
        monkeypatch.setattr("helpdesk.frame.COUNTED_AT_MOST", most)
        shown = client.get(reverse("inbox", args=[held.team.slug])).text
        link = shown.partition(f'href="{reverse("unfiled", args=[held.team.slug])}"')[2]
        assert f'<span class="num">{label}</span>' in link.partition("</a>")[0]

    def test_it_can_be_filed_there_with_undo(self, client, logged_in_member, held, ticket):
        answer = client.post(address("file_inbound", held), {"number": ticket.number})
        assert (answer.status_code, answer["Location"]) == (303, address("inbound_email", held))
        assert address("undo_inbound", held) in client.get(address("inbound_email", held)).text
        assert client.post(address("undo_inbound", held)).status_code == 303
        held.refresh_from_db()
        assert held.state == State.HELD

    def test_search_finds_the_ticket_by_the_email_until_it_is_removed(
        self, client, logged_in_member, held, ticket, actor
    ):
        def found():
            return client.get("/t/escola/", {"q": "consegue", "status": "all"}).context["page"].tickets

        file_email(held, ticket, actor)
        assert found() == [ticket]
        undo_decision(held, actor)
        assert found() == []

    def test_enter_submits_the_typed_number_and_no_suggestion(self, client, logged_in_member, held):
        shown = client.get(address("inbound_email", held)).text
        [form] = re.findall(rf'action="{re.escape(address("file_inbound", held))}".*?</form>', shown, re.DOTALL)
        first, *others = re.findall("<button[^>]*>", form)
        assert "name=" not in first  # which Enter presses
        assert any('name="suggested"' in button for button in others)

    @pytest.mark.parametrize("number", ["", "x", "999", "-1", "99999999999999"])
    def test_an_unknown_ticket_number_is_reported(self, client, logged_in_member, held, number):
        answer = client.post(address("file_inbound", held), {"number": number})
        assert answer.status_code == 422
        assert "Ela não consegue entrar." in answer.text

    def test_active_content_is_removed_and_remote_pictures_are_not_fetched(self, client, logged_in_member, mailbox):
        html = (
            '<p onclick="x()">Oi<script>evil()</script><img src="https://tracker.example/1.png">'
            '<a href="javascript:evil()">a</a></p>'
        )
        found = receive(mailbox, write_email("Oi", sender="x@other.example", html=html))
        page = client.get(address("inbound_email", found)).text
        for bad in ("evil", "tracker.example", "onclick"):
            assert bad not in page
        assert "1 picture from another server" in page

    def test_a_refused_file_is_reported_on_the_ticket(self, client, logged_in_member, mailbox, ticket):
        raw = write_email("Segue o arquivo.", References=root_id(ticket), files=[("a.exe", "application/pdf", b"MZ")])
        found = receive(mailbox, raw)
        told = "“a.exe” is a program"
        page = reverse("ticket", args=[ticket.team.slug, ticket.number])
        assert told in client.get(page).text
        assert told in client.get(address("inbound_email", found)).text
        other = split_email(found, Actor.system()).ticket
        assert other
        assert told not in client.get(page).text
        assert told in client.get(reverse("ticket", args=[ticket.team.slug, other.number])).text

    def test_the_raw_email_is_a_download(self, client, logged_in_member, held):
        answer = client.get(address("raw_email", held))
        assert answer.content == bytes(held.raw)
        assert answer["Content-Type"] == "message/rfc822"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_many_take_as_many_queries_as_one(self, client, logged_in_member, mailbox, django_assert_max_num_queries):
        receive(mailbox, write_email("Um", sender="x@other.example"))
        page = reverse("unfiled", args=[mailbox.team.slug])
        client.get(page)
        with CaptureQueriesContext(connection) as one:
            client.get(page)
        for number in range(5):
            receive(mailbox, write_email(f"Outro {number}", sender="x@other.example"))
        with django_assert_max_num_queries(len(one)):
            client.get(page)

    def test_quoted_text_is_collapsed_in_the_ticket_with_a_link_to_the_whole_email(
        self, client, logged_in_member, mailbox, ticket
    ):
        raw = write_email(
            "Sim.\n\nEm 23/11/2026 às 10:00, Ana <a@b.example> escreveu:\n> Tentou?", References=root_id(ticket)
        )
        found = receive(mailbox, raw)
        page = client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text
        assert "Quoted text" in page
        whole = reverse("email_of_message", args=[ticket.team.slug, found.message.pk])
        assert whole in page
        assert client.get(whole)["Location"] == address("inbound_email", found)

    def test_the_operator_sees_them_without_passwords(self, client, held):
        Mailbox.objects.update(secret="geheim-1234")
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        for name, pk in (("inboundemail", held.pk), ("mailbox", held.mailbox_id)):
            assert client.get(reverse(f"admin:conversations_{name}_changelist")).status_code == 200
            answer = client.get(reverse(f"admin:conversations_{name}_change", args=[pk]))
            assert answer.status_code == 200
            assert "geheim" not in answer.text

    def test_another_team_cannot_see_them(self, client, held):
        client.force_login(MembershipFactory().user)
        assert client.get(address("raw_email", held)).status_code == 404
