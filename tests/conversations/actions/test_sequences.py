"""One learner's tickets under whatever people do, in any order: what a ticket shows follows from what is there."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.conversations.learner_page.content import LearnerPage
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.models.workflow import DONE_STATUSES
from helpdesk.tickets.timeline import timeline_of
from tests.conversations.actions.school import FAILED, School

NO_ACTIONS = {"does", "words", "ticket", "actor", "email", "sent"}
ACTIONS = [name for name in vars(School) if not name.startswith("_") and name not in NO_ACTIONS]
FOLLOWING = {"splits", "takes_back", "undoes_reply", "fails", "tries_again", "splits_off"}
NUMBERS = st.integers(min_value=0, max_value=11)
# Few actions at a time, over and over: by all of them at once hardly any two would meet on one ticket.
FEW = st.lists(st.sampled_from(ACTIONS), min_size=2, max_size=6, unique=True)
STEPS = FEW.flatmap(
    lambda few: st.lists(
        st.tuples(st.sampled_from(["mails", "replies", *few]), NUMBERS, NUMBERS), min_size=4, max_size=12
    )
)


def standing(messages):
    """Without replies that were undone or not delivered."""
    return messages.filter(cancelled_at=None).exclude(dispatches__state__in=FAILED)


def unanswered(ticket):
    """What of its own messages nobody has answered: an e-mail that was filed after a reply is not answered by that."""
    replies = list(standing(ticket.messages.filter(kind="reply")))
    written = ticket.messages.filter(kind="learner", cancelled_at=None)
    answered = [
        each.pk
        for each in written
        if any(reply.created_at > each.created_at and reply.pk > each.pk for reply in replies)
    ]
    return written.exclude(pk__in=answered)


def was_alone(ticket):
    return not ticket.events.filter(kind__in=["merged", "asked_again", "unmerged"]).exists()


def check(school):
    tickets = list(Ticket.objects.filter(team=school.team).order_by("pk"))
    for ticket in tickets:
        below = sum(each.request_count for each in tickets if each.merged_into_id == ticket.pk)
        assert ticket.request_count == 1 + below, "requests"
        if not ticket.is_finished:
            assert ticket.resolved_at is None, "unresolved"
            assert not (ticket.is_snoozed and ticket.is_finished)
        _check_waiting(ticket)
        _check_question(ticket)
        if not ticket.is_merged:
            timeline_of(ticket, merged_tickets_of(ticket))
    _check_messages(school)
    for ticket in tickets:
        page = LearnerPage(create_link(ticket)[0])
        shown = [message.body for message in page.messages]
        assert len(shown) == len(set(shown)), "doubled on the page"


def _check_waiting(ticket):
    messages = Message.objects.filter(ticket__in=[ticket, *merged_tickets_of(ticket)], cancelled_at=None)
    since = ticket.awaiting_reply_since
    if since and not ticket.is_finished:
        assert messages.filter(kind="learner", created_at=since).exists(), "waits for nothing"
    if was_alone(ticket) and not ticket.is_finished:
        assert bool(since) == unanswered(ticket).exists(), "waiting"
    if was_alone(ticket):
        replied = standing(ticket.messages.filter(kind="reply")).exists()
        assert bool(ticket.first_responded_at) == replied, "first response"
    if ticket.sending_failed_at:
        family = [ticket, *merged_tickets_of(ticket)]
        assert Dispatch.objects.filter(message__ticket__in=family, state__in=FAILED).exists(), "nothing failed"


def _check_question(ticket):
    if ticket.question_from_id:
        return
    own = ticket.messages.filter(kind="learner", cancelled_at=None)
    if ticket.question and ticket.question_origin in {"page", "email", "first_reply"}:
        by_team = ticket.events.filter(kind="question_known", actor_kind="person").exists()
        assert by_team or own.filter(body=ticket.question).exists(), "question of nobody"
    proved = own.exclude(trust="unverified").filter(author_email="")
    if not ticket.is_question_known:
        told = [each for each in proved if not (ticket.first_responded_at and _came_when_finished(ticket, each))]
        assert told == [], "question not known"
        assert (ticket.question_origin, ticket.question_known_at) == ("", None)


def _came_when_finished(ticket, message):
    """Whether the ticket was over when it came, so that it is thanks or the like."""
    (wrote,) = (event for event in ticket.events.filter(kind="learner_wrote") if event.fact.message == message.pk)
    before = ticket.events.filter(pk__lt=wrote.pk, kind__in=["status_changed", "reopened"]).order_by("pk").last()
    return before is not None and before.facts["new"] in DONE_STATUSES


def _check_messages(school):
    shown = list(Message.objects.filter(team=school.team, cancelled_at=None).values_list("body", flat=True))
    assert len(shown) == len(set(shown)), "doubled"
    assert set(school.by_page) <= set(shown), "lost"
    for email in InboundEmail.objects.filter(team=school.team).select_related("message"):
        if email.state == "filed":
            assert email.message, "without a message"
            assert email.message.cancelled_at is None, "cancelled"
            assert email.ticket_id == email.message.ticket_id
        else:
            assert email.message is None


class TestSequences(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    @example([("mails", 0, 1), ("replies", 0, 0), ("replies", 0, 3), ("undoes_reply", 0, 0), ("undoes_reply", 0, 0)])
    @example([("moves", 0, 0), ("mails", 0, 1), ("replies", 0, 0), ("splits", 0, 0), ("undoes_reply", 0, 0)])
    @example([("mails", 0, 1), ("mails", 0, 2), ("splits", 0, 0), ("merges", 1, 0), ("splits", 1, 0)])
    @example(
        [("mails_unthreaded", 0, 1), ("stranger_mails", 0, 0), ("opens", 1, 0), ("takes_back", 1, 0), ("sends", 0, 0)]
    )
    @example([("stranger_mails", 0, 0), ("mails", 0, 0), ("replies", 0, 0), ("files", 0, 5)])
    def test_the_ticket_follows_from_its_messages_after_any_sequence(self, steps):
        school = School()
        for step in steps:
            seen = {
                ticket.pk
                for ticket in Ticket.objects.filter(team=school.team).to_do()
                if ticket.status != Status.PENDING and unanswered(ticket).exists()
            }
            school.does(*step)
            check(school)
            if step[0] in FOLLOWING:
                for ticket in Ticket.objects.filter(pk__in=seen, merged_into=None):
                    in_sight = ticket.is_to_do and ticket.status != Status.PENDING
                    assert in_sight or not unanswered(ticket).exists(), "put away"
