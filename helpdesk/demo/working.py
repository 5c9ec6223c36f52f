"""The demo's people at work: some learners say what they need, and the team takes, answers, puts off and resolves."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.utils import timezone

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import CannedReply, FirstReply
from helpdesk.courses.actions import upsert_course
from helpdesk.demo.simulation import COURSES, PRODUCER
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Priority, Status, Ticket, Topic

QUESTIONS = [
    (Topic.VIDEO, "O vídeo fica carregando e não abre no meu celular. No computador também não foi."),
    (Topic.DOWNLOAD, "Não consigo baixar a apostila, aparece “arquivo não encontrado”."),
    (Topic.CONTENT, "Posso trocar a manteiga por margarina nessa receita?"),
    (Topic.ACCESS, "O módulo 3 está com cadeado, mas eu já terminei o 2."),
    (Topic.PAYMENT, "Paguei no boleto ontem e ainda consta como pendente."),
]
ASK = "Oi, {first_name}! Obrigado por escrever. Pode me mandar uma foto da tela, para eu ver o que aparece aí?"
SOLUTION = "Oi, {first_name}! Já está resolvido: saia da plataforma e entre de novo. Se precisar, é só responder."
FIRST_REPLY = (
    "Oi, {first_name}!\n\n"
    "Recebemos seu pedido de ajuda em {course}. Para já responder com a solução, falta saber uma coisa.\n\n"
    "O que aconteceu?"
)
CANNED_REPLIES = {
    "Vídeo não abre": (
        "Oi, {first_name}! Tente abrir “{lesson}” em uma janela anônima do navegador.\n\n"
        "Se continuar, me diga qual é o aparelho e o navegador?"
    ),
    "Pedir foto da tela": ASK,
    "Certificado": "Oi, {first_name}! O certificado de {course} sai com 100% das aulas; você já fez {progress}.",
}
NOTE = "O vídeo trava no minuto 3 para quem usa iPhone. Já avisei o suporte da Nutror."


def ask_by_first_reply(team: Team) -> None:
    """Have the learners of one course be asked by itself, a minute after each of their requests."""
    outline = COURSES[0]
    course = upsert_course(
        team,
        producer_email=PRODUCER["email"],
        producer_name=PRODUCER["name"],
        hash=outline.hash,
        title=outline.title,
        at=timezone.now(),
    )
    FirstReply.objects.get_or_create(
        team=team, course=course, defaults={"is_enabled": True, "body": FIRST_REPLY, "delay_minutes": 1}
    )


def write_canned_replies(team: Team) -> None:
    """What the team has at hand by typing “/”."""
    for name, body in CANNED_REPLIES.items():
        CannedReply.objects.get_or_create(team=team, course=None, name=name, defaults={"body": body})


def work(team: Team, seed: str) -> None:
    """What happens on the tickets that nobody has taken yet; the same for the same seed."""
    random = Random(seed)
    people = [member.user for member in Membership.objects.for_team(team).select_related("user").order_by("pk")]
    for ticket in Ticket.objects.for_team(team).unfinished().filter(assignee=None).in_inbox_order():
        learner, person = Actor.learner(ticket.learner), Actor.person(random.choice(people))
        if random.random() < 0.3:
            topic, words = random.choice(QUESTIONS)
            link = Message.Trust.LINK
            receive_message(ticket, learner, words, channel=Message.Channel.PAGE, topic=topic, trust=link)
        chance = random.random()
        if chance >= 0.5:
            actions.take_ticket(ticket, person)
            _handle(ticket, person, learner, chance)


def _handle(ticket: Ticket, person: Actor, learner: Actor, chance: float) -> None:
    if chance > 0.9:
        actions.change_priority(ticket, person, Priority.URGENT)
        actions.add_tag(ticket, person, "vídeo")
        actions.add_note(ticket, person, NOTE)
    elif chance > 0.8:
        actions.add_tag(ticket, person, "acesso")
        reply(ticket, person, ASK, then=Status.PENDING)
    elif chance > 0.72:
        reply(ticket, person, SOLUTION, then=Status.RESOLVED)
        rate_ticket(ticket, learner, 3, "Muito rápido, obrigada!" if chance > 0.76 else "")
    elif chance > 0.67:
        actions.snooze_ticket(ticket, person, timezone.now() + timedelta(days=1))
