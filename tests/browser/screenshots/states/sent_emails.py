"""The product's own e-mails, made from the demo in transactions that are rolled back, so nobody gets them."""

from collections.abc import Callable
from datetime import timedelta

from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.test import override_settings
from django.utils import timezone, translation

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.alarm_emails import send_mailbox_alarm
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.learner_page.link_emails import send_new_link
from helpdesk.conversations.models import QuestionRequest
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.integrations.emails import send_disabled_email
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.notifications.emails import send_digest
from helpdesk.notifications.models import NotificationKind
from helpdesk.teams.account_emails import login_refused_email, password_reset_email
from helpdesk.teams.actions import invite
from helpdesk.teams.emails import send_invitation, send_welcome
from helpdesk.teams.models import Membership, Team
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from tests.browser.screenshots.states import accounts, emails, people, tickets, webhooks

MEMORY = "django.core.mail.backends.locmem.EmailBackend"
WORDS = """Oi! Já vimos o que era: a aula abre de novo.

> Ela fica só carregando

1. Saia da plataforma e **entre de novo**
2. Abra [a aula](https://example.com/aula) outra vez

Se ainda assim não abrir, é só responder este e-mail."""
TOLD_AT_ONCE = 4  # tickets in one e-mail
Make = Callable[[Team], object]


def email_by(make: Make, team: Team) -> EmailMultiAlternatives:
    """The e-mail that this function returns or sends."""
    with override_settings(EMAIL_BACKEND=MEMORY), translation.override("pt-br"), transaction.atomic():
        mail.outbox = []
        made = make(team)
        email = made if isinstance(made, EmailMessage) else mail.outbox[0]
        transaction.set_rollback(True)
    assert isinstance(email, EmailMultiAlternatives)
    return email


def resolving_reply(team: Team) -> EmailMessage:
    """A reply that resolves the ticket, and asks whether it helped."""
    person = Actor.person(people.owner(team).user)
    return email_of(reply(tickets.asked(team)[0], person, WORDS, then=Status.RESOLVED).dispatches.get())


def first_reply(team: Team) -> EmailMessage:
    """The first reply, which asks for the question."""
    asked = QuestionRequest.objects.filter(team=team, state=QuestionRequest.State.SENT).order_by("pk")[0]
    assert asked.message
    return email_of(asked.message.dispatches.get(), renews_link=False)


def new_link(team: Team) -> None:
    """A new link to the learner's page."""
    send_new_link(create_link(tickets.asked(team)[0])[0])


def new_requests(team: Team) -> None:
    """Several new requests have arrived."""
    waiting = Ticket.objects.for_team(team).unfinished().exclude(course=None).order_by("-number")
    _tell(people.owner(team), NotificationKind.NEW_REQUEST, [ticket.pk for ticket in waiting[:TOLD_AT_ONCE]])


def learner_wrote(team: Team) -> None:
    """A learner has replied."""
    written = Message.objects.filter(team=team, kind=Message.Kind.LEARNER, ticket__merged_into=None).order_by("-pk")[0]
    _tell(people.owner(team), NotificationKind.LEARNER_WROTE, [written.ticket_id])


def _tell(membership: Membership, kind: NotificationKind, ticket_ids: list[int]) -> None:
    Membership.objects.filter(pk=membership.pk).update(**{kind.field: True})
    send_digest(membership.pk, kind, ticket_ids)


def invitation(team: Team) -> None:
    """Somebody is invited to the team."""
    send_invitation(*invite(people.owner(team), "elisa@escoladaana.example", Role.AGENT))


def welcome(team: Team) -> None:
    """The owner of a new team is welcomed."""
    send_welcome(people.owner(team))


def password_reset(team: Team) -> EmailMessage:
    """The link to reset a password."""
    return password_reset_email(people.owner(team).user)


def login_refused(team: Team) -> EmailMessage:
    """Somebody has tried too many passwords."""
    return login_refused_email(people.owner(team).user, "203.0.113.24", accounts.CHROME, timezone.now())


def webhook_disabled(team: Team) -> None:
    """A webhook's receiver has not answered for more than a day."""
    endpoint = webhooks.endpoint(team)
    endpoint.disabled_at, endpoint.failing_since = timezone.now(), timezone.now() - timedelta(hours=26)
    endpoint.disabled_reason = WebhookEndpoint.DisabledReason.FAILING
    endpoint.save()
    send_disabled_email(endpoint.pk, people.owner(team).pk)


def mailbox_alarm(team: Team) -> None:
    """No e-mail has been arriving."""
    send_mailbox_alarm(emails.broken_mailbox(team).pk, people.owner(team).pk)
