"""E-mails without a ticket: seen safely, filed, made a ticket, ignored, and all of it taken back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.inbound import file_email, ignore_email, open_ticket_for, split_email, undo_decision
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.dispatches import root_id
from helpdesk.conversations.inbound.storing import Uid, store_email
from helpdesk.conversations.links import link_for
from helpdesk.conversations.models import Attachment, InboundEmail, Mailbox, QuestionRequest
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.tickets.actions import ActionRefused, change_status, reopen_ticket, resolve_ticket, snooze_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.sentences import sentence_of
from helpdesk.ui.names import plain
from tests.conversations.inbound.letters import TEAM_ADDRESS, letter, receive, tagged
from tests.factories import LearnerFactory, MembershipFactory, TeamFactory, UserFactory, open_ticket

pytestmark = pytest.mark.django_db
State = InboundEmail.State


def address(name, email):
    return reverse(name, args=[email.team.slug, email.pk])


def state_of(ticket):
    ticket.refresh_from_db()
    return ticket.status, ticket.question, ticket.awaiting_reply_since, ticket.topic


class TestDeciding:
    def test_filing_and_taking_it_back(self, ticket, held, actor):
        change_status(ticket, Actor.system(), "pending")
        before = state_of(ticket)
        file_email(held, ticket, actor, is_for_learner=True)
        held.refresh_from_db()
        message = held.message
        assert (held.state, held.ticket, message.author_email) == (State.FILED, ticket, "pedro@example.com")
        assert state_of(ticket)[0] == Status.OPEN
        undo_decision(held, actor)
        held.refresh_from_db()
        message.refresh_from_db()
        assert (held.state, held.ticket, held.message) == (State.HELD, None, None)
        assert message.cancelled_at
        assert message.body == ""  # the e-mail has it
        assert state_of(ticket) == before
        told = ticket.events.filter(kind="email_taken_out").get()
        learner, who = ticket.learner, actor.name
        assert plain(sentence_of(told, ticket)) == f"{who} took an e-mail from {learner} out of the ticket"
        file_email(held, ticket, actor, is_for_learner=True)  # and again
        assert ticket.messages.filter(cancelled_at=None, kind="learner").count() == 1

    def test_files_of_what_is_taken_back_are_gone(self, mailbox, ticket, actor):
        raw = letter("Veja", sender="p@example.com", files=[("a.txt", "text/plain", b"a")], References=root_id(ticket))
        held = receive(mailbox, raw)
        file_email(held, ticket, actor, is_for_learner=True)
        assert [file.name for file in Attachment.objects.all()] == ["a.txt"]
        held.refresh_from_db()
        undo_decision(held, actor)
        assert not Attachment.objects.exists()

    def test_what_changed_since_stays(self, ticket, held, actor):
        change_status(ticket, Actor.system(), "pending")
        file_email(held, ticket, actor, is_for_learner=True)
        change_status(ticket, actor, "on_hold")
        undo_decision(held, actor)
        assert state_of(ticket)[0] == Status.ON_HOLD

    def test_opening_a_ticket_makes_the_sender_a_learner_and_undoing_closes_it(self, held, actor):
        opened = open_ticket_for(held, actor).ticket
        assert opened
        assert (opened.learner.email, opened.learner.name) == ("pedro@example.com", "Pedro")
        assert opened.question == "Ela não consegue entrar."
        undo_decision(held, actor)
        opened.refresh_from_db()
        assert opened.status == Status.CLOSED

    def test_what_is_opened_was_asked_for_when_the_e_mail_came(self, held, actor):
        came = timezone.now() - timedelta(days=3)
        InboundEmail.objects.filter(pk=held.pk).update(received_at=came)
        opened = open_ticket_for(InboundEmail.objects.get(pk=held.pk), actor).ticket
        assert opened
        assert opened.requested_at == came
        assert opened.response_due_at < timezone.now()
        assert (opened.messages.get().created_at, opened.awaiting_reply_since) == (came, came)

    @pytest.fixture
    def three_days_old(self, held):
        held.received_at -= timedelta(days=3)
        held.save()
        return held

    def test_what_is_filed_late_was_written_when_it_came_and_no_reply_since_knew_of_it(
        self, ticket, three_days_old, actor
    ):
        came = three_days_old.received_at
        Ticket.objects.filter(pk=ticket.pk).update(requested_at=came - timedelta(days=1))
        Message.objects.filter(pk=reply(ticket, actor, "Oi!").pk).update(created_at=came + timedelta(days=1))
        before = state_of(ticket)
        message = file_email(three_days_old, ticket, actor, is_for_learner=True).message
        assert message
        assert (message.created_at, state_of(ticket)[2]) == (came, came)
        again = receive_message(ticket, Actor.learner(ticket.learner), "E aí?", channel="page")
        undo_decision(three_days_old, actor)
        assert state_of(ticket)[2] == again.created_at
        assert before[2] is None

    def test_who_waits_since_later_has_waited_since_it_came(self, ticket, three_days_old, actor):
        waits_since = receive_message(ticket, Actor.learner(ticket.learner), "E aí?", channel="page").created_at
        file_email(three_days_old, ticket, actor, is_for_learner=True)
        assert state_of(ticket)[2] == three_days_old.received_at
        undo_decision(three_days_old, actor)
        assert state_of(ticket)[2] == waits_since

    def test_a_colleague_s_reply_that_is_filed_late_was_one_when_it_came(self, mailbox, ticket, colleague, actor):
        to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
        theirs = receive(mailbox, letter("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
        InboundEmail.objects.filter(pk=theirs.pk).update(received_at=timezone.now() - timedelta(days=3))
        theirs.refresh_from_db()
        Ticket.objects.filter(pk=ticket.pk).update(requested_at=theirs.received_at - timedelta(hours=1))
        again = receive_message(ticket, Actor.learner(ticket.learner), "E aí?", channel="page")
        file_email(theirs, ticket, actor)
        ticket.refresh_from_db()
        assert (ticket.first_responded_at, ticket.awaiting_reply_since) == (theirs.received_at, again.created_at)
        undo_decision(theirs, actor)
        ticket.refresh_from_db()
        assert (ticket.first_responded_at, ticket.awaiting_reply_since) == (None, again.created_at)

    def test_a_colleague_s_reply_that_is_filed_late_answers_what_was_before_it_alone(
        self, mailbox, ticket, three_days_old, colleague, actor
    ):
        to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
        theirs = receive(mailbox, letter("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
        InboundEmail.objects.filter(pk=theirs.pk).update(received_at=timezone.now() - timedelta(days=1))
        theirs.refresh_from_db()
        came = three_days_old.received_at
        Ticket.objects.filter(pk=ticket.pk).update(requested_at=came)
        file_email(three_days_old, ticket, actor, is_for_learner=True)
        again = receive_message(ticket, Actor.learner(ticket.learner), "E aí?", channel="page")
        assert state_of(ticket)[2] == came
        file_email(theirs, ticket, actor)
        assert state_of(ticket)[2] == again.created_at

    def test_a_first_answer_that_is_filed_late_is_the_first(self, mailbox, ticket, colleague, actor):
        to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
        theirs = receive(mailbox, letter("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
        InboundEmail.objects.filter(pk=theirs.pk).update(received_at=timezone.now() - timedelta(days=3))
        theirs.refresh_from_db()
        Ticket.objects.filter(pk=ticket.pk).update(requested_at=theirs.received_at - timedelta(hours=1))
        here = reply(ticket, actor, "Oi!").created_at
        file_email(theirs, ticket, actor)
        ticket.refresh_from_db()
        assert ticket.first_responded_at == theirs.received_at
        undo_decision(theirs, actor)
        ticket.refresh_from_db()
        assert ticket.first_responded_at == here

    def test_nobody_answered_before_they_were_asked(self, mailbox, ticket, colleague, actor):
        to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
        theirs = receive(mailbox, letter("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
        InboundEmail.objects.filter(pk=theirs.pk).update(received_at=ticket.requested_at - timedelta(days=3))
        file_email(InboundEmail.objects.get(pk=theirs.pk), ticket, actor)
        ticket.refresh_from_db()
        assert ticket.first_responded_at == ticket.requested_at
        undo_decision(theirs, actor)
        ticket.refresh_from_db()
        assert ticket.first_responded_at is None

    def test_undoing_closes_what_was_opened_alone_and_not_the_ticket_that_it_was_merged_into(self, team, held, actor):
        learner = LearnerFactory(team=team, email="pedro@example.com")
        standing = open_ticket(team, learner=learner, question="Quer reembolso, ligou.")
        Ticket.objects.filter(pk=standing.pk).update(course=None, producer=None)
        change_status(standing, actor, "pending")
        before = state_of(standing)
        assert open_ticket_for(held, actor).ticket == standing
        opened = Ticket.objects.latest("pk")
        assert (state_of(standing)[0], opened.merged_into) == (Status.OPEN, standing)
        undo_decision(held, actor)
        assert state_of(standing) == before
        opened.refresh_from_db()
        assert (standing.request_count, opened.merged_into, opened.status) == (1, None, Status.CLOSED)

    def test_undoing_leaves_open_what_somebody_has_written_on_since(self, held, actor):
        opened = open_ticket_for(held, actor).ticket
        assert opened
        write_note(opened, actor, "Liguei para ele.")
        undo_decision(held, actor)
        assert state_of(opened)[:3] == (Status.NEW, "", None)

    def test_who_wrote_again_meanwhile_still_waits(self, mailbox, ticket, dispatch, held, actor):
        change_status(ticket, Actor.system(), "pending")
        file_email(held, ticket, actor, is_for_learner=True)
        again = receive(mailbox, letter("E agora?", to=tagged(dispatch)))
        undo_decision(held, actor)
        assert state_of(ticket)[:3] == (Status.OPEN, "E agora?", again.message.created_at)

    def test_ignoring_and_taking_it_back(self, held, actor):
        ignore_email(held, actor)
        held.refresh_from_db()
        assert held.state == State.IGNORED
        undo_decision(held, actor)
        held.refresh_from_db()
        assert held.state == State.HELD

    def test_who_decided_is_told_from_others_of_that_name_and_set_apart(self, held, ticket, team, agent):
        agent.name = "محمد"
        agent.save()
        MembershipFactory(team=team, user__name="محمد")
        ignore_email(held, Actor.person(agent))
        held.refresh_from_db()
        assert held.reason == f"\u2068محمد ({agent.email})\u2069 ignored it."
        file_email(held, ticket, Actor.token("Ana Prado", 7))
        held.refresh_from_db()
        assert held.reason == "Ana Prado (token) filed it."

    def test_two_people_decide_once(self, held, ticket, actor):
        other = InboundEmail.objects.get(pk=held.pk)
        file_email(held, ticket, actor)
        with pytest.raises(ActionRefused):
            open_ticket_for(other, actor)
        assert Message.objects.count() == 1

    def test_another_team_s_ticket_is_none(self, held, actor):
        with pytest.raises(ActionRefused):
            file_email(held, open_ticket(TeamFactory()), actor)


@pytest.fixture
def missing(mailbox):
    """What a mail server lists and does not give."""
    store_email(mailbox, b"", uid=Uid(1, 7), state=State.FAILED, reason=Reason(ReasonCode.NOT_GIVEN))
    return InboundEmail.objects.get()


class TestMissing:
    def test_it_can_only_be_ignored_and_that_undone(self, client, member, missing, ticket):
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

    def test_why_it_cannot_be_filed_is_said(self, missing, ticket, actor):
        with pytest.raises(ActionRefused, match="never delivered its content"):
            file_email(missing, ticket, actor)


class TestWhatIsNotForTheLearner:
    """Who is not the learner may write about them what they are not to read."""

    @pytest.fixture
    def from_colleague(self, mailbox, colleague):
        body = "Cuidado: já pediu reembolso duas vezes."
        return receive(mailbox, letter(body, sender=colleague.email, is_proved=True))

    def seen_by_learner(self, client, ticket):
        return client.get(link_for(ticket)).text

    def test_what_a_colleague_wrote_is_their_note(self, client, ticket, from_colleague, colleague, actor):
        resolve_ticket(ticket, actor)
        message = file_email(from_colleague, ticket, actor).message
        assert message
        assert (message.kind, message.author, message.author_email) == ("note", colleague, "")
        assert state_of(ticket)[0] == Status.RESOLVED
        assert "reembolso" not in self.seen_by_learner(client, ticket)
        undo_decision(from_colleague, actor)
        assert not ticket.messages.filter(cancelled_at=None).exists()
        told = ticket.events.filter(kind="email_taken_out").get()
        assert plain(sentence_of(told, ticket)) == f"{actor.name} took an e-mail out of the ticket"

    def test_what_a_colleague_wrote_to_the_learner_is_a_reply(self, mailbox, ticket, dispatch, colleague, actor):
        held = receive(
            mailbox,
            letter(
                "Limpe o cache.", sender=colleague.email, is_proved=True, to=f"{ticket.learner.email}, {TEAM_ADDRESS}"
            ),
        )
        before = state_of(ticket)
        message = file_email(held, ticket, actor).message
        assert message
        assert (message.kind, message.author) == ("reply", colleague)
        undo_decision(held, actor)
        assert state_of(ticket) == before

    def test_a_colleague_does_not_become_a_learner(self, client, member, from_colleague, actor):
        with pytest.raises(ActionRefused, match="not a learner"):
            open_ticket_for(from_colleague, actor)
        page = client.get(address("inbound_email", from_colleague)).text
        assert address("open_inbound", from_colleague) not in page
        assert 'name="is_for_learner"' not in page

    def test_what_anybody_else_wrote_is_a_note_and_the_ticket_stays_as_it_is(self, client, member, held, ticket, actor):
        change_status(ticket, actor, "pending")
        before = state_of(ticket)
        client.post(address("file_inbound", held), {"suggested": ticket.number, "number": ""})
        held.refresh_from_db()
        assert (held.message.kind, held.message.author_email) == ("note", "pedro@example.com")
        assert state_of(ticket) == before
        assert "pedro@example.com" in client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text
        assert "não consegue" not in self.seen_by_learner(client, ticket)

    def test_unless_it_is_said_that_the_learner_may_read_it(self, client, member, held, ticket):
        client.post(address("file_inbound", held), {"number": ticket.number, "is_for_learner": "on"})
        held.refresh_from_db()
        shown = plain(client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text)
        assert f"A reply goes to {ticket.learner}, not to pedro@example.com." in shown
        assert held.message.kind == "learner"
        assert "não consegue" in self.seen_by_learner(client, ticket)

    def test_what_the_learner_received_too_is_no_secret(self, client, mailbox, ticket, dispatch, actor):
        raw = letter("Ela não entra.", sender="pedro@example.com", to=TEAM_ADDRESS, Cc=ticket.learner.email)
        message = file_email(receive(mailbox, raw), ticket, actor).message
        assert message
        assert message.kind == "learner"

    def test_a_note_of_theirs_lets_nobody_write_on_the_ticket(self, mailbox, held, ticket, actor):
        file_email(held, ticket, actor)
        raw = letter("E agora?", sender="pedro@example.com", References=root_id(ticket))
        assert receive(mailbox, raw).state == State.HELD


class TestPages:
    def test_it_is_listed_and_leads_to_its_page_with_suggestions(self, client, member, held, ticket):
        page = client.get(reverse("unfiled", args=[held.team.slug])).text
        assert address("inbound_email", held) in page
        page = client.get(address("inbound_email", held)).text
        assert "Ela não consegue entrar." in page
        assert f'value="{ticket.number}"' in page

    def test_others_than_there_are_are_none(self, client, member, held):
        shown = client.get(reverse("unfiled", args=[held.team.slug]), {"show": "heldd"}).text
        assert f"/{held.pk}/" not in shown
        assert "<h2>None</h2>" in shown

    def test_the_side_bar_counts_them_only_if_there_are_some(self, client, member, held):
        inbox = reverse("inbox", args=[held.team.slug])
        link = reverse("unfiled", args=[held.team.slug])
        assert link in client.get(inbox).text
        InboundEmail.objects.update(state="ignored")
        assert link not in client.get(inbox).text

    def test_it_is_filed_from_there_and_that_is_undone(self, client, member, held, ticket):
        answer = client.post(address("file_inbound", held), {"number": ticket.number})
        assert (answer.status_code, answer["Location"]) == (303, address("inbound_email", held))
        assert address("undo_inbound", held) in client.get(address("inbound_email", held)).text
        assert client.post(address("undo_inbound", held)).status_code == 303
        held.refresh_from_db()
        assert held.state == State.HELD

    def test_its_words_find_the_ticket_for_as_long_as_it_is_there(self, client, member, held, ticket, actor):
        def found():
            return client.get("/t/escola/", {"q": "consegue", "status": "all"}).context["page"].tickets

        file_email(held, ticket, actor)
        assert found() == [ticket]
        undo_decision(held, actor)
        assert found() == []

    def test_enter_files_it_in_the_number_that_was_typed_and_in_no_suggestion(self, client, member, held):
        shown = client.get(address("inbound_email", held)).text
        first, *others = re.findall(r'<button[^>]*form="file-email"[^>]*>', shown)
        assert "name=" not in first  # which Enter presses
        assert any('name="suggested"' in button for button in others)

    @pytest.mark.parametrize("number", ["", "x", "999", "-1", "99999999999999"])
    def test_a_number_of_no_ticket_is_told(self, client, member, held, number):
        answer = client.post(address("file_inbound", held), {"number": number})
        assert answer.status_code == 422
        assert "Ela não consegue entrar." in answer.text

    def test_what_acts_in_it_is_gone_and_pictures_of_others_are_not_fetched(self, client, member, mailbox):
        html = (
            '<p onclick="x()">Oi<script>evil()</script><img src="https://tracker.example/1.png">'
            '<a href="javascript:evil()">a</a></p>'
        )
        found = receive(mailbox, letter("Oi", sender="x@other.example", html=html))
        page = client.get(address("inbound_email", found)).text
        for bad in ("evil", "tracker.example", "onclick"):
            assert bad not in page
        assert "1 picture from another server" in page

    def test_a_file_that_is_not_taken_is_told_where_the_ticket_is_worked_on(self, client, member, mailbox, ticket):
        raw = letter("Segue o arquivo.", References=root_id(ticket), files=[("a.exe", "application/pdf", b"MZ")])
        found = receive(mailbox, raw)
        told = "“a.exe” is a program"
        page = reverse("ticket", args=[ticket.team.slug, ticket.number])
        assert told in client.get(page).text
        assert told in client.get(address("inbound_email", found)).text
        other = split_email(found, Actor.system()).ticket
        assert other
        assert told not in client.get(page).text
        assert told in client.get(reverse("ticket", args=[ticket.team.slug, other.number])).text

    def test_the_bytes_are_a_download(self, client, member, held):
        answer = client.get(address("raw_email", held))
        assert answer.content == bytes(held.raw)
        assert answer["Content-Type"] == "message/rfc822"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_many_take_as_many_queries_as_one(self, client, member, mailbox, django_assert_max_num_queries):
        receive(mailbox, letter("Um", sender="x@other.example"))
        page = reverse("unfiled", args=[mailbox.team.slug])
        client.get(page)
        with CaptureQueriesContext(connection) as one:
            client.get(page)
        for number in range(5):
            receive(mailbox, letter(f"Outro {number}", sender="x@other.example"))
        with django_assert_max_num_queries(len(one)):
            client.get(page)

    def test_what_is_quoted_is_collapsed_in_the_ticket_and_the_whole_is_one_step_away(
        self, client, member, mailbox, ticket
    ):
        raw = letter(
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

    def test_another_team_sees_none_of_it(self, client, held):
        client.force_login(MembershipFactory().user)
        assert client.get(address("raw_email", held)).status_code == 404


class TestSplitting:
    @pytest.fixture
    def filed(self, mailbox, ticket, dispatch):
        raw = letter(
            "Quero reembolso.", to=tagged(dispatch), subject="Reembolso", files=[("a.txt", "text/plain", b"a")]
        )
        return receive(mailbox, raw)

    def test_what_is_about_something_else_becomes_a_ticket_of_its_own(self, client, member, team, ticket, filed):
        old = filed.message
        page = client.get(address("inbound_email", filed)).text
        assert "Reembolso" in page
        assert address("split_inbound", filed) in page
        assert client.post(address("split_inbound", filed)).status_code == 303
        filed.refresh_from_db()
        other = filed.ticket
        assert (other.learner, other.course) == (ticket.learner, ticket.course)
        assert other != ticket
        assert not other.is_merged
        assert (filed.message.body, filed.message.trust, filed.message.ticket) == ("Quero reembolso.", "token", other)
        assert [file.name for file in filed.message.attachments.all()] == ["a.txt"]
        old.refresh_from_db()
        ticket.refresh_from_db()
        assert old.cancelled_at
        assert (ticket.is_merged, ticket.is_finished, ticket.request_count) == (False, False, 1)

    def test_another_subject_is_shown_on_the_ticket(self, client, member, mailbox, ticket, dispatch, filed):
        receive(mailbox, letter("Oi?", to=tagged(dispatch), subject=f"RES: ENC: {dispatch.subject}"))
        receive(mailbox, letter("Então?", to=tagged(dispatch), subject="Re: reembolso"))
        page = client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text
        assert page.count("Subject:") == 1
        assert "Reembolso" in page

    def test_what_it_is_about_is_the_other_ticket_s_question_and_no_more_of_the_old_one(self, ticket, filed, actor):
        InboundEmail.objects.filter(pk=filed.pk).update(received_at=filed.received_at - timedelta(days=1))
        other = split_email(filed, actor).ticket
        assert other
        assert other.requested_at == filed.received_at - timedelta(days=1)
        assert (other.messages.get().created_at, other.awaiting_reply_since) == (other.requested_at, other.requested_at)
        assert other.question == "Quero reembolso."
        assert state_of(ticket) == (Status.OPEN, "", None, "")
        assert (ticket.question_origin, ticket.question_known_at) == ("", None)

    def test_so_is_that_of_one_whose_sender_may_be_forged(self, mailbox, ticket, dispatch, actor):
        raw = letter("Quero a nota fiscal.", References=root_id(ticket))
        other = split_email(receive(mailbox, raw), actor).ticket
        assert other
        assert (other.question, state_of(ticket)[1]) == ("Quero a nota fiscal.", "")

    @pytest.mark.parametrize("what", ["asked again", "replied", "resolved and reopened"])
    def test_the_old_ticket_stays_open_where_something_has_happened_since(self, mailbox, ticket, dispatch, actor, what):
        change_status(ticket, actor, "resolved")
        found = receive(mailbox, letter("E a nota fiscal?", to=tagged(dispatch), subject="Nota fiscal"))
        if what == "asked again":
            open_ticket(ticket.team, learner=ticket.learner, course=ticket.course)
        elif what == "replied":
            reply(ticket, actor, "Um momento.")
        else:
            change_status(ticket, actor, "resolved")
            reopen_ticket(ticket, actor)
        split_email(found, actor)
        assert state_of(ticket)[0] == Status.OPEN

    def test_the_old_ticket_is_as_resolved_as_it_was(self, mailbox, ticket, dispatch, actor):
        change_status(ticket, actor, "resolved")
        before, resolved_at = state_of(ticket), ticket.resolved_at
        found = receive(mailbox, letter("E a nota fiscal?", to=tagged(dispatch), subject="Nota fiscal"))
        assert state_of(ticket)[0] == Status.OPEN
        split_email(found, actor)
        assert (state_of(ticket), ticket.resolved_at) == (before, resolved_at)

    def test_what_was_put_off_since_stays_so_and_nobody_asks_again(self, ticket, filed, actor):
        change_status(ticket, actor, "pending")
        snooze_ticket(ticket, actor, timezone.now() + timedelta(days=3))
        split_email(filed, actor)
        assert state_of(ticket)[0] == Status.PENDING
        assert ticket.snoozed_until
        assert not ticket.events.filter(kind__in=["asked_again", "unmerged"]).exists()

    def test_who_wrote_again_on_the_old_ticket_still_waits_there(self, mailbox, ticket, dispatch, filed, actor):
        again = receive(mailbox, letter("E o vídeo?", to=tagged(dispatch)))
        split_email(filed, actor)
        assert state_of(ticket)[2] == again.message.created_at
        assert ticket.status == Status.OPEN

    def test_it_is_not_offered_where_the_ticket_is_this_e_mail_alone(self, client, member, mailbox, team, actor):
        LearnerFactory(team=team, email="mariana@example.com")
        found = receive(mailbox, letter("Quero a nota fiscal."))
        with pytest.raises(ActionRefused, match="about nothing else"):
            split_email(found, actor)
        assert address("split_inbound", found) not in client.get(address("inbound_email", found)).text
        receive_message(found.ticket, Actor.learner(found.ticket.learner), "E o vídeo?", channel="page", trust="link")
        assert address("split_inbound", found) in client.get(address("inbound_email", found)).text
        assert split_email(found, actor).ticket != found.ticket

    def test_the_question_of_the_first_reply_is_open_again(self, mailbox, ticket, dispatch, filed, actor):
        """So that the learner's page goes on asking what the old ticket is about."""
        asked = QuestionRequest.objects.create(
            team=ticket.team,
            ticket=ticket,
            kind="again",
            state="sent",
            due_at=timezone.now(),
            answered_at=timezone.now(),
        )
        split_email(filed, actor)
        asked.refresh_from_db()
        assert asked.answered_at is None

    def test_what_no_learner_wrote_stays(self, held, actor):
        with pytest.raises(ActionRefused):
            split_email(held, actor)
        held.refresh_from_db()
        assert held.state == State.HELD
