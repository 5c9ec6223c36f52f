"""People are notified when a learner of theirs writes back, and when an e-mail fails."""

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.dismissing_failures import dismiss_failure
from helpdesk.conversations.actions.filing_emails import file_email
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.solving import say_solved, say_unsolved
from helpdesk.conversations.models import Dispatch
from helpdesk.notifications.digests import digests_for
from helpdesk.notifications.models import Channel, NotificationKind, PushSubscription
from helpdesk.notifications.push.messages import messages_for
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, TicketEvent
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import MembershipFactory, TeamFactory, open_ticket
from tests.notifications.worker import found, send_all
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told_from_now_on")]
NEW, ASSIGNED, AGAIN, MENTIONED, WROTE, FAILED = NotificationKind


@pytest.fixture
def pending_ticket(team, notified_owner, joao):
    """João's, and pending."""
    ticket = open_ticket(team)
    actions.take_ticket(ticket, Actor.person(joao.user))
    reply(ticket, Actor.person(joao.user), "Tente de novo.", then=Status.PENDING)
    found()
    return ticket


@pytest.fixture
def of_nobody(team, notified_owner, joao):
    ticket = open_ticket(team)
    found()
    return ticket


def learner(ticket):
    return Actor.learner(ticket.learner)


def writes(ticket, body="Ainda não abre.", **more):
    return receive_message(ticket, learner(ticket), IncomingMessage(body, "page", trust="link", **more))


def fails(ticket, reason="The mailbox does not exist."):
    dispatch = Dispatch.objects.filter(message__ticket=ticket).latest("pk")
    Dispatch.objects.filter(pk=dispatch.pk).update(state=Dispatch.State.ACCEPTED)
    dispatch.refresh_from_db()
    note_failed(dispatch, Dispatch.State.BOUNCED, reason)


def digests_now():
    return [(digest.membership_id, digest.kind, digest.ticket_ids) for digest in found()]


class TestLearnerMessages:
    def test_the_assignee_receives_the_message_with_a_link(self, pending_ticket, joao):
        message = writes(pending_ticket, "Ainda <b>não</b> abre.")
        (email,) = send_all()
        assert email.to == [joao.user.email]
        assert email.subject == f"#{pending_ticket.number} Mariana Ribeiro wrote back, Confeitaria do zero"
        assert "Mariana Ribeiro: Ainda <b>não</b> abre." in email.body
        assert "<b>Mariana Ribeiro</b>: Ainda &lt;b&gt;não&lt;/b&gt; abre." in email.alternatives[0].content
        assert f"/t/escola/tickets/{pending_ticket.number}/#message-{message.pk}" in email.body
        assert "Reply-To" not in email.extra_headers

    def test_for_an_unassigned_ticket_everybody_who_wants_new_requests_is_notified(self, of_nobody, notified_owner):
        writes(of_nobody)
        assert digests_now() == [(notified_owner.pk, WROTE, [of_nobody.pk])]

    def test_the_first_message_is_only_a_new_request(self, team, notified_owner, joao):
        ticket = open_ticket(team)
        writes(ticket)
        assert digests_now() == [(notified_owner.pk, NEW, [ticket.pk])]

    def test_people_who_want_no_new_requests_are_notified_only_of_their_own(self, team, notified_owner, joao):
        Membership.objects.filter(pk=notified_owner.pk).update(notify_new_request=False)
        ticket = open_ticket(team)
        writes(ticket)
        assert digests_now() == []

    def test_a_reopening_learner_is_reported(self, pending_ticket, joao):
        actions.resolve_ticket(pending_ticket, Actor.person(joao.user))
        found()
        writes(pending_ticket)
        assert digests_now() == [(joao.pk, WROTE, [pending_ticket.pk])]

    def test_a_learner_who_needs_help_after_all_is_reported_and_a_solved_ticket_is_not(self, pending_ticket, joao):
        say_solved(pending_ticket, learner(pending_ticket))
        assert digests_now() == []
        say_unsolved(pending_ticket, learner(pending_ticket))
        assert digests_now() == [(joao.pk, WROTE, [pending_ticket.pk])]

    def test_a_message_answered_within_the_minute_is_not_reported(self, pending_ticket, notified_owner):
        writes(pending_ticket)
        reply(pending_ticket, Actor.person(notified_owner.user), "Já vejo.")
        assert digests_now() == []

    def test_a_topic_without_text_is_described(self, pending_ticket, joao):
        writes(pending_ticket, "", topic="video")
        assert "Mariana Ribeiro: The video does not play" in send_all()[0].body

    def test_another_sender_is_named(self, pending_ticket, joao):
        writes(pending_ticket, "Sou o marido.", author_email="marido@example.com")
        assert "marido@example.com: Sou o marido." in send_all()[0].body

    def test_it_can_be_switched_off(self, pending_ticket, joao):
        Membership.objects.filter(pk=joao.pk).update(notify_learner_wrote=False)
        writes(pending_ticket)
        assert digests_now() == []

    def test_cancelled_and_answered_messages_are_not_quoted(self, pending_ticket):
        writes(pending_ticket, "Antiga")
        reply(pending_ticket, Actor.person(pending_ticket.assignee), "Veja agora.")
        found()
        writes(pending_ticket, "Ainda não abre.")
        Message.objects.filter(pk=writes(pending_ticket, "Retirada").pk).update(cancelled_at=timezone.now())
        (email,) = send_all()
        assert "Mariana Ribeiro: Ainda não abre." in email.body
        assert "Antiga" not in email.body
        assert "Retirada" not in email.body

    def test_the_person_who_filed_the_email_is_not_notified_but_others_are(self, team, notified_owner, joao):
        Membership.objects.filter(pk=joao.pk).update(notify_new_request=True)
        held = receive(mailbox_of(team), write_email(sender="Pedro <pedro@example.com>"))
        ticket = open_ticket(team)
        found()
        file_email(held, ticket, Actor.person(notified_owner.user), is_for_learner=True)
        assert digests_now() == [(joao.pk, WROTE, [ticket.pk])]

    def test_another_team_is_not_notified(self, pending_ticket):
        MembershipFactory(team=TeamFactory(slug="outra"), notify_new_request=True)
        writes(pending_ticket)
        assert {membership for membership, _kind, _tickets in digests_now()} == {
            pending_ticket.assignee.memberships.get().pk
        }


class TestRatings:
    @pytest.fixture
    def resolved(self, pending_ticket, joao):
        actions.resolve_ticket(pending_ticket, Actor.person(joao.user))
        found()
        return pending_ticket

    @pytest.mark.parametrize(
        ("score", "comment", "is_told"), [(1, "", True), (3, "Obrigada!", True), (3, "", False), (2, "", False)]
    )
    def test_bad_ratings_and_comments_are_reported(self, resolved, joao, score, comment, is_told):
        rate_ticket(resolved, learner(resolved), score, comment)
        assert digests_now() == ([(joao.pk, WROTE, [resolved.pk])] if is_told else [])

    def test_the_comment_is_in_the_email(self, resolved):
        writes(resolved, "Antes")
        actions.resolve_ticket(resolved, Actor.person(resolved.assignee))
        found()
        rate_ticket(resolved, learner(resolved), 1, "Não me ajudou.")
        (email,) = send_all()
        assert "Mariana Ribeiro: Não me ajudou." in email.body

    def test_a_bad_rating_without_a_comment_quotes_no_old_message(self, pending_ticket, joao):
        writes(pending_ticket, "O que escrevi há três semanas")
        actions.resolve_ticket(pending_ticket, Actor.person(joao.user))
        found()
        rate_ticket(pending_ticket, learner(pending_ticket), 1, "")
        (email,) = send_all()
        assert "três semanas" not in email.body
        assert "Mariana Ribeiro: Bad" in email.body


class TestFailures:
    def test_writer_and_assignee_are_notified_with_the_reason(self, pending_ticket, notified_owner, joao):
        message = reply(pending_ticket, Actor.person(notified_owner.user), "Oi!")
        found()
        fails(pending_ticket)
        emails = send_all()
        assert {email.to[0] for email in emails} == {notified_owner.user.email, joao.user.email}
        english = next(email for email in emails if email.to == [joao.user.email])
        assert english.subject == f"#{pending_ticket.number} Not delivered to Mariana Ribeiro, Confeitaria do zero"
        assert "Not delivered: The mailbox does not exist." in english.body
        assert f"#message-{message.pk}" in english.body

    def test_for_an_unassigned_ticket_the_writer_is_notified(self, of_nobody, notified_owner, joao):
        reply(of_nobody, Actor.person(joao.user), "Oi!")
        found()
        fails(of_nobody)
        assert digests_now() == [(joao.pk, FAILED, [of_nobody.pk])]

    def test_for_a_merged_ticket_the_assignee_of_its_root_is_notified(self, team, of_nobody, notified_owner, joao):
        into = open_ticket(team, learner=of_nobody.learner)
        actions.take_ticket(into, Actor.person(notified_owner.user))
        reply(of_nobody, Actor.token("Zapier"), "Oi!")
        found()
        fails(of_nobody)
        actions.merge_ticket(of_nobody, Actor.person(notified_owner.user), into)
        assert digests_now() == [(notified_owner.pk, FAILED, [into.pk])]

    def test_if_the_writer_has_left_everybody_who_wants_new_requests_is_notified(self, of_nobody, notified_owner, joao):
        reply(of_nobody, Actor.person(joao.user), "Oi!")
        found()
        joao.delete()
        fails(of_nobody)
        assert digests_now() == [(notified_owner.pk, FAILED, [of_nobody.pk])]

    def test_for_an_automatic_message_everybody_who_wants_new_requests_is_notified(
        self, of_nobody, notified_owner, joao
    ):
        reply(of_nobody, Actor.token("Zapier"), "Oi!")
        found()
        fails(of_nobody)
        assert digests_now() == [(notified_owner.pk, FAILED, [of_nobody.pk])]

    def test_a_failure_handled_within_the_minute_is_not_reported(self, pending_ticket, notified_owner):
        fails(pending_ticket)
        dismiss_failure(fresh(pending_ticket), Actor.person(notified_owner.user))
        assert digests_now() == []

    def test_it_can_be_switched_off(self, pending_ticket, joao):
        Membership.objects.filter(pk=joao.pk).update(notify_sending_failed=False)
        fails(pending_ticket)
        assert digests_now() == []


@pytest.mark.usefixtures("in_english")
class TestPush:
    def test_a_notification_links_to_the_message(self, pending_ticket, joao):
        message = writes(pending_ticket)
        (push,) = messages_for(joao, WROTE, [pending_ticket.pk])
        assert push.title == "Mariana Ribeiro wrote back"
        assert push.address == f"/t/escola/tickets/{pending_ticket.number}/#message-{message.pk}"
        assert push.is_urgent

    def test_many_are_summarized_by_their_number(self, team, joao):
        tickets = [open_ticket(team).pk for _ in range(4)]
        for kind, title in [
            (WROTE, "4 of your learners wrote back"),
            (FAILED, "E-mails on 4 tickets were not delivered"),
        ]:
            assert messages_for(joao, kind, tickets)[0].title == title

    def test_it_has_its_own_switch(self, pending_ticket, joao):
        PushSubscription.objects.create(user=joao.user, endpoint="https://push.example/1", public_key="k", secret="s")
        Membership.objects.filter(pk=joao.pk).update(push_learner_wrote=False)
        writes(pending_ticket)
        fails(pending_ticket)
        events = list(TicketEvent.objects.filter(ticket=pending_ticket).select_related("ticket").order_by("pk"))
        kinds = {digest.kind for digest in digests_for(events, Channel.PUSH)}
        assert FAILED in kinds
        assert WROTE not in kinds


def test_the_email_says_that_replies_do_not_reach_the_learner(pending_ticket):
    writes(pending_ticket)
    (email,) = [each for each in send_all() if "wrote back" in each.subject]
    sentence = "Replies to this e-mail don’t reach the learner. Reply on the ticket."
    assert sentence in email.body
    assert sentence in email.alternatives[0][0]


def test_the_number_of_queries_is_constant(team, notified_owner, joao, django_assert_num_queries):
    for _time in range(3):
        ticket = open_ticket(team)
        writes(ticket)
        reply(ticket, Actor.person(joao.user), "Oi!", then=Status.RESOLVED)
        rate_ticket(ticket, learner(ticket), 1, "Não.")
        fails(ticket)
    events = list(TicketEvent.objects.select_related("ticket").order_by("pk"))
    with django_assert_num_queries(4):  # members, ratings with words, who wrote what failed, who filed what came
        digests_for(events)
