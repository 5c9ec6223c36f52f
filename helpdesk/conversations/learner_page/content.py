"""The contents of a learner's page: their question, the answers, and when a person will answer next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.learned_question import can_choose_topic
from helpdesk.conversations.actions.ratings import rating_of
from helpdesk.conversations.actions.receiving_tickets import receiving_ticket
from helpdesk.conversations.actions.solving import status_before_solved
from helpdesk.conversations.files.attachments import is_shown
from helpdesk.conversations.guesses import Guess, guesses_for, topics_for
from helpdesk.conversations.learner_page.seen_lessons import SeenLesson, lesson_code, seen_lessons
from helpdesk.conversations.models import Attachment, LearnerLink, QuestionRequest, Rating
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.courses.models import Lesson
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.message_facts import LearnerWrote
from helpdesk.tickets.models import Message, TicketEvent, Topic
from helpdesk.ui.hours import full_date, hour_of, local_deadline
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.names import first_name

Kind = Message.Kind
MOST_SHOWN = 200  # newest messages to show


@dataclass(frozen=True)
class ShownMessage:
    """A message as its learner sees it."""

    author: str
    is_own: bool
    is_automatic: bool
    at: datetime
    topic: str
    lesson: str
    body: str
    pictures: list[Attachment]
    files: list[Attachment]


class LearnerPage:
    """The page that a link opens: its ticket, those merged into it, and the one that continues it."""

    def __init__(self, link: LearnerLink) -> None:
        self.link, self.team = link, link.team
        self.ticket = receiving_ticket(link.ticket)

    @cached_property
    def school(self) -> str:
        """The name by which learners know the team."""
        return sender_of(self.team).name

    @property
    def privacy_contact(self) -> str:
        """The address for questions about personal data; empty if the team has set none."""
        privacy = getattr(self.team, "privacy", None)
        return privacy.contact if privacy else ""

    @property
    def greeted(self) -> str:
        """The name to greet the learner by; empty if unknown."""
        return first_name(self.ticket.learner.name)

    @cached_property
    def lessons(self) -> list[SeenLesson]:
        """The lessons that the learner can choose from."""
        return seen_lessons(self.ticket)

    @cached_property
    def guesses(self) -> Sequence[Guess]:
        """The guesses to order the topics by; none unless the page asks what the ticket is about."""
        return guesses_for(self.ticket) if self.is_asking else []

    @property
    def topics(self) -> list[Topic]:
        """The topics to choose from, likeliest first."""
        return topics_for(self.guesses)

    @cached_property
    def _newest(self) -> QuerySet[Message]:
        tickets = {self.link.ticket_id: self.link.ticket, self.ticket.pk: self.ticket}
        family = [*tickets.values(), *(request for each in tickets.values() for request in merged_tickets_of(each))]
        found = Message.objects.sent().filter(ticket__in=family, kind__in=Message.CONVERSATION)
        return found.order_by("-created_at", "-pk")[:MOST_SHOWN]

    @cached_property
    def messages(self) -> list[ShownMessage]:
        """The messages between learner and team, oldest first."""
        messages = list(reversed(self._newest.select_related("author").prefetch_related("attachments")))
        lessons = _lessons_of(messages)
        return [self._shown(message, lessons.get(message.pk, "")) for message in messages]

    def file(self, pk: int) -> Attachment | None:
        """An attachment of these messages, or None."""
        newest = self._newest.values("pk")
        return Attachment.objects.for_team(self.team).filter(pk=pk, message__in=newest).first()

    def _shown(self, message: Message, lesson: str) -> ShownMessage:
        files = [file for file in message.attachments.all() if not file.is_decoration]
        is_own = message.kind == Kind.LEARNER and not message.author_email
        return ShownMessage(
            author=_("You") if is_own else self._author(message),
            is_own=is_own,
            is_automatic=message.kind == Kind.AUTOMATIC,
            at=message.created_at,
            topic=str(Topic(message.topic).label) if message.topic else "",
            lesson=lesson,
            body=message.body,
            pictures=[file for file in files if is_shown(file)],
            files=[file for file in files if not is_shown(file)],
        )

    def _author(self, message: Message) -> str:
        """The first name and the school; never more about the people who work there."""
        if message.author_email:
            return message.author_email
        person = first_name(message.author.name) if message.author else ""
        names = {"person": isolated_text(person), "school": isolated_text(self.school)}
        return _("%(person)s, from %(school)s") % names if person else self.school

    @cached_property
    def is_asking(self) -> bool:
        """Whether the page only asks what the ticket is about, because nobody has said so yet."""
        if self.ticket.is_question_known or self.is_resolved:
            return False
        return not self.has_conversation or (not self.ticket.is_finished and self._has_open_request)

    @cached_property
    def can_correct(self) -> bool:
        """Whether the page shows the learner's choice and lets them change it."""
        return not (self.is_asking or self.ticket.is_finished) and can_choose_topic(self.ticket)

    @property
    def chosen_topic(self) -> Topic | None:
        """The ticket's topic; None if unknown."""
        return Topic(self.ticket.topic) if self.ticket.topic else None

    @property
    def chosen_lesson(self) -> Lesson | None:
        """The lesson that the ticket is about, if somebody has said so."""
        return self.ticket.lesson if self.ticket.is_lesson_told else None

    @property
    def choice(self) -> tuple[str, str]:
        """Topic and lesson as values of the form."""
        return self.ticket.topic, lesson_code(self.chosen_lesson.key) if self.chosen_lesson else ""

    @property
    def has_conversation(self) -> bool:
        """Whether anybody has written anything besides automatic messages."""
        return not all(message.is_automatic for message in self.messages)

    @property
    def _has_open_request(self) -> bool:
        """Whether the learner was asked and has not written since; then the page offers the choices in any case."""
        return QuestionRequest.objects.sent_about(self.ticket).filter(answered_at=None).exists()

    @property
    def is_resolved(self) -> bool:
        """Whether the page asks how the help was."""
        return self.ticket.is_finished and self.ticket.resolved_at is not None

    @cached_property
    def is_solved_by_learner(self) -> bool:
        """Whether the learner marked the ticket as solved, and can take that back."""
        return status_before_solved(self.ticket) is not None

    @cached_property
    def rating(self) -> Rating | None:
        """The learner's rating of the help, if there is one."""
        return rating_of(self.ticket)

    @property
    def promise(self) -> str:
        """A sentence that says when a person will answer."""
        ticket = self.ticket
        if ticket.first_responded_at is None and ticket.response_due_at > timezone.now() and not ticket.is_finished:
            by = {"school": isolated_text(self.school), "when": by_when(ticket.response_due_at)}
            return _("%(school)s will answer by %(when)s, by e-mail and on this page.") % by
        school = {"school": isolated_text(self.school)}
        return _("%(school)s will answer as soon as possible, by e-mail and on this page.") % school


def when(moment: datetime) -> str:
    """“today, 18:20”, “tomorrow, 12:00”, or the date, in the current time zone."""
    local, today = timezone.localtime(moment), timezone.localdate()
    days = {today: _("today"), today + timedelta(days=1): _("tomorrow"), today - timedelta(days=1): _("yesterday")}
    day = days.get(local.date()) or date_format(local, "SHORT_DATE_FORMAT")
    return f"{day}, {hour_of(local)}"


def by_when(moment: datetime) -> str:
    """“today, 18:20”, “tomorrow, 12:00”, or “Monday, November 23, 9:00”, in the current time zone."""
    local, today = local_deadline(moment), timezone.localdate()
    days = {today: _("today"), today + timedelta(days=1): _("tomorrow")}
    return f"{days.get(local.date()) or full_date(local)}, {hour_of(local)}"


def _lessons_of(messages: Iterable[Message]) -> dict[int, str]:
    """The titles of the lessons that the learner chose with messages, by the message's primary key."""
    own = [message for message in messages if message.kind == Kind.LEARNER]
    if not own:
        return {}
    events = TicketEvent.objects.filter(
        ticket__in={message.ticket_id for message in own}, kind=TicketEvent.Kind.LEARNER_WROTE
    )
    facts = [event.fact for event in events]
    return {
        fact.message: fact.lesson.name
        for fact in facts
        if isinstance(fact, LearnerWrote) and fact.message and fact.lesson
    }
