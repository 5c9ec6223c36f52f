"""A team with one learner, and everything that can be done to their tickets."""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.dismissing_failures import dismiss_failure
from helpdesk.conversations.actions.filing_emails import file_email, open_ticket_for
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.actions.solving import say_solved, say_unsolved
from helpdesk.conversations.actions.splitting import split_email
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.ignoring import ignore_email
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.ui.refusals import ActionRefused
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket

State = Dispatch.State
FAILED = [State.FAILED, State.BOUNCED]
LEARNER = "mariana@example.com"


class School:
    """A team with one learner, and everything that can be done to their tickets."""

    def __init__(self):
        self.team = TeamFactory()
        self.mailbox = mailbox_of(self.team)
        self.learner = LearnerFactory(team=self.team, email=LEARNER)
        self.courses = [CourseFactory(team=self.team) for _ in range(2)]
        self.actors = [Actor.person(MembershipFactory(team=self.team).user) for _ in range(2)]
        self.written = 0
        self.by_page = []
        open_ticket(self.team, learner=self.learner, course=self.courses[0])

    def does(self, name, one, other):
        """The action of this name, to those that these numbers choose; what is refused changes nothing."""
        with suppress(ActionRefused):
            getattr(self, name)(one, other)

    def words(self):
        self.written += 1
        return f"Texto número {self.written}."

    def ticket(self, number):
        tickets = list(Ticket.objects.filter(team=self.team).order_by("pk"))
        return tickets[number % len(tickets)]

    def actor(self, number):
        return self.actors[number % 2]

    def email(self, number):
        emails = list(InboundEmail.objects.filter(team=self.team).order_by("pk"))
        if not emails:
            raise ActionRefused("none")
        return emails[number % len(emails)]

    def sent(self, number, states):
        found = list(Dispatch.objects.filter(team=self.team, state__in=states).order_by("pk"))
        if not found:
            raise ActionRefused("none")
        return found[number % len(found)]

    def asks(self, one, other):
        open_ticket(self.team, learner=self.learner, course=self.courses[one % 2])

    def writes(self, one, other):
        body = self.words()
        topic = ["", "", "video"][other % 3]
        receive_message(
            self.ticket(one), Actor.learner(self.learner), IncomingMessage(body, "page", topic=topic, trust="link")
        )
        self.by_page.append(body)

    def mails(self, one, other):
        receive(
            self.mailbox, write_email(self.words(), References=root_id(self.ticket(one)), is_proved=bool(other % 3))
        )

    def mails_unthreaded(self, one, other):
        receive(self.mailbox, write_email(self.words(), is_proved=bool(other % 2)))

    def stranger_mails(self, one, other):
        receive(self.mailbox, write_email(self.words(), sender="pedro@example.com"))

    def files(self, one, other):
        file_email(self.email(one), self.ticket(other), self.actor(one), is_for_learner=bool(other % 2))

    def opens(self, one, other):
        open_ticket_for(self.email(one), self.actor(other))

    def ignores(self, one, other):
        ignore_email(self.email(one), self.actor(other))

    def splits(self, one, other):
        split_email(self.email(one), self.actor(other))

    def takes_back(self, one, other):
        undo_decision(self.email(one), self.actor(other))

    def replies(self, one, other):
        then = [None, Status.PENDING, Status.RESOLVED][other % 3]
        reply(self.ticket(one), self.actor(other), self.words(), then=then)

    def undoes_reply(self, one, other):
        message = self.sent(one, [State.HELD]).message
        cancel_reply(message, Actor.person(message.author))

    def sends(self, one, other):
        Dispatch.objects.filter(team=self.team, state__in=[State.HELD, State.QUEUED]).update(state=State.ACCEPTED)
        Message.objects.filter(team=self.team).exclude(send_at=None).update(send_at=timezone.now())

    def fails(self, one, other):
        note_failed(self.sent(one, [State.ACCEPTED]), State.BOUNCED, "No.")

    def tries_again(self, one, other):
        retry_message(self.sent(one, FAILED).message, self.actor(other))

    def sees_to_it(self, one, other):
        dismiss_failure(self.ticket(one), self.actor(other))

    def resolves(self, one, other):
        actions.resolve_ticket(self.ticket(one), self.actor(other))

    def reopens(self, one, other):
        actions.reopen_ticket(self.ticket(one), self.actor(other))

    def moves(self, one, other):
        actions.change_status(self.ticket(one), self.actor(other), ["pending", "on_hold", "open", "closed"][other % 4])

    def snoozes(self, one, other):
        actions.snooze_ticket(self.ticket(one), self.actor(other), timezone.now() + timedelta(days=1))

    def merges(self, one, other):
        actions.merge_ticket(self.ticket(one), self.actor(one), self.ticket(other))

    def splits_off(self, one, other):
        actions.unmerge_ticket(self.ticket(one), self.actor(other))

    def says_solved(self, one, other):
        (say_solved if other % 2 else say_unsolved)(self.ticket(one), Actor.learner(self.learner))

    def rates(self, one, other):
        rate_ticket(self.ticket(one), Actor.learner(self.learner), other % 3 + 1)

    def tells(self, one, other):
        actions.change_question(self.ticket(one), self.actor(other), self.words())

    def notes(self, one, other):
        write_note(self.ticket(one), self.actor(other), self.words())

    def weeks_pass(self, one, other):
        Ticket.objects.filter(team=self.team, resolved_at__isnull=False).update(
            resolved_at=timezone.now() - timedelta(days=30)
        )
