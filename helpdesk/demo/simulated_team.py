"""The demo's team at work: some learners say what they need; the team takes, answers, snoozes and resolves tickets."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import NamedTuple

from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import CannedReply, FirstReply
from helpdesk.courses.actions import upsert_course
from helpdesk.demo.simulation import COURSES, PRODUCER
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Priority, Status, Tag, Ticket, Topic


class Story(NamedTuple):
    """What a learner needs, and what the team does about it."""

    topic: Topic
    question: str
    ask: str
    solution: str
    tag: str
    note: str


STORIES = [
    Story(
        Topic.VIDEO,
        "O vídeo fica carregando e não abre no meu celular. No computador também não foi.",
        "Pode abrir a aula em uma janela anônima do navegador e me dizer se lá o vídeo começa?",
        "O arquivo do vídeo estava com defeito e já foi trocado. Atualize a página, e ele abre.",
        "vídeo",
        "O vídeo trava no minuto 3 para quem usa iPhone. Já avisei o suporte da Nutror.",
    ),
    Story(
        Topic.DOWNLOAD,
        "Não consigo baixar a apostila, aparece “arquivo não encontrado”.",
        "Troquei o arquivo agora há pouco. Pode baixar de novo e me dizer se veio?",
        "O link da apostila estava quebrado. Está corrigido: é só baixar de novo.",
        "apostila",
        "O link da apostila aponta para o arquivo antigo. Vale conferir as outras aulas.",
    ),
    Story(
        Topic.CONTENT,
        "Posso trocar a manteiga por margarina nessa receita?",
        "As trocas que dão certo estão na tabela do PDF da aula. Pode abrir e me dizer se ela aparece aí?",
        "Pode, se for a culinária, com 80% de gordura. A massa fica mais mole: deixe 20 minutos na geladeira.",
        "receita",
        "Muita gente pergunta da margarina. Um aviso na aula resolveria.",
    ),
    Story(
        Topic.ACCESS,
        "O módulo 3 está com cadeado, mas eu já terminei o 2.",
        "Liberei o módulo 3. Pode sair da plataforma, entrar de novo e me dizer se abriu?",
        "O módulo 3 já está liberado: saia da plataforma e entre de novo.",
        "acesso",
        "A conclusão do módulo 2 não foi registrada. Liberei o 3 à mão.",
    ),
    Story(
        Topic.PAYMENT,
        "Paguei no boleto ontem e ainda consta como pendente.",
        "O banco confirmou agora. Pode atualizar a página “Meus cursos” e me dizer se ele aparece?",
        "O banco confirmou o boleto hoje, e o curso já está em “Meus cursos”.",
        "pagamento",
        "Boleto pago, mas a confirmação do banco ainda não chegou. Encaminhei ao financeiro.",
    ),
]
TAG_COLORS = {
    "vídeo": Tag.Color.BLUE,
    "apostila": Tag.Color.TEAL,
    "receita": Tag.Color.GREEN,
    "acesso": Tag.Color.PURPLE,
    "pagamento": Tag.Color.ORANGE,
}
GREETING, CLOSING = "Oi, {first_name}! ", " Se precisar, é só responder."
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
    "Pedir foto da tela": "Oi, {first_name}! Pode me mandar uma foto da tela, para eu ver o que aparece aí?",
    "Certificado": "Oi, {first_name}! O certificado de {course} sai com 100% das aulas; você já fez {progress}.",
}


def ask_by_first_reply(team: Team) -> None:
    """Turn on the first reply for one course: it asks learners what it is about, a minute after each request."""
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
    """Create the team's canned replies."""
    for name, body in CANNED_REPLIES.items():
        CannedReply.objects.get_or_create(team=team, course=None, name=name, defaults={"body": body})


def work(team: Team, seed: str) -> None:
    """Let learners write and the team work on unassigned tickets; the same seed makes the same choices."""
    random = Random(seed)
    people = [member.user for member in Membership.objects.for_team(team).select_related("user").order_by("pk")]
    for ticket in Ticket.objects.for_team(team).unfinished().filter(assignee=None).in_inbox_order():
        learner, person = Actor.learner(ticket.learner), Actor.person(random.choice(people))
        story = random.choice(STORIES)
        chance = random.random()
        if chance > 0.72 or random.random() < 0.2:  # learners who get an answer have said what it is about
            channel, trust = Message.Channel.PAGE, Message.Trust.LINK
            receive_message(ticket, learner, IncomingMessage(story.question, channel, topic=story.topic, trust=trust))
        if chance >= 0.5:
            actions.take_ticket(ticket, person)
            _handle(ticket, person, story, chance)
    for tag in team.tags.all():
        actions.change_tag(tag, tag.name, TAG_COLORS.get(tag.name, ""))


def _handle(ticket: Ticket, person: Actor, story: Story, chance: float) -> None:
    if chance > 0.92:
        actions.change_priority(ticket, person, Priority.URGENT)
        actions.add_tag(ticket, person, story.tag)
        actions.add_note(ticket, person, story.note)
    elif chance > 0.84:
        actions.add_tag(ticket, person, story.tag)
        reply(ticket, person, GREETING + story.ask, then=Status.PENDING)
    elif chance > 0.72:
        reply(ticket, person, GREETING + story.solution + CLOSING, then=Status.RESOLVED)
    elif chance > 0.67:
        actions.snooze_ticket(ticket, person, timezone.now() + timedelta(days=1))
