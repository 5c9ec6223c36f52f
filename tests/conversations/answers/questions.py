"""Questions about a course, and answered ones."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.factories import LearnerFactory, open_ticket

VIDEO = "O vídeo da aula não abre no meu celular, fica carregando"
SOLUTION = "Saia da plataforma, entre de novo e limpe os dados do navegador. O vídeo volta a abrir."


def ask(course, lesson, question, topic="", *, name="Mariana Ribeiro", email="", **fields):
    learner = LearnerFactory(team=course.team, name=name, **({"email": email} if email else {}))
    asked_at = timezone.now() - timedelta(hours=1)
    ticket = open_ticket(course.team, learner=learner, course=course, requested_at=asked_at)
    Ticket.objects.filter(pk=ticket.pk).update(lesson=lesson, **fields)
    ticket.refresh_from_db()
    if question or topic:
        actions.change_question(ticket, Actor.system(), question, topic)
    return ticket


def answered(course, lesson, person, body=SOLUTION, question=VIDEO, topic="video", **fields):
    """A ticket that this person resolved with a reply."""
    ticket = ask(course, lesson, question, topic, **fields)
    reply(ticket, Actor.person(person), body)
    actions.resolve_ticket(ticket, Actor.person(person))
    return ticket


def reply_of(ticket):
    return Message.objects.get(ticket=ticket, kind="reply")
