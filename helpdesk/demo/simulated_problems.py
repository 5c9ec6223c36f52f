"""What simulated learners really need, which only the simulation knows: their words, and what they do before asking.

How much of it shows is an assumption, set by `Noise`: some learners leave no trace, and what others do points to
another problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from helpdesk.demo.simulation import Outline, Step
from helpdesk.tickets.models import Topic

COMMON = {
    Topic.VIDEO: 28,
    Topic.DOWNLOAD: 19,
    Topic.CONTENT: 24,
    Topic.ACCESS: 14,
    Topic.PAYMENT: 10,
    Topic.OTHER: 5,
}


class Noise(NamedTuple):
    """The shares of learners who leave no trace, leave a misleading one, choose a wrong topic, and choose “other”."""

    silent: float
    misleading: float
    wrong: float
    other: float


LITTLE, USUAL, MUCH = Noise(0.05, 0.1, 0.03, 0.02), Noise(0.15, 0.25, 0.08, 0.05), Noise(0.3, 0.4, 0.15, 0.1)

QUESTIONS: dict[Topic, list[str]] = {
    Topic.VIDEO: [
        "O vídeo não abre no meu celular, fica só carregando",
        "A aula trava no minuto {number} e volta pro começo",
        "Tela preta no vídeo, só escuto o som",
        "o video ta sem som nenhum",
        "Não carrega o vídeo da aula {lesson}, já reiniciei",
        "A imagem fica toda embaçada, não dá pra ver nada",
    ],
    Topic.DOWNLOAD: [
        "Não consigo baixar a apostila da aula",
        "A planilha abre em branco no celular",
        "Onde está o pdf das receitas? Não achei pra baixar",
        "O arquivo de {lesson} dá erro quando clico",
        "baixei o material mas nao abre, diz que está corrompido",
    ],
    Topic.CONTENT: [
        "Posso trocar a manteiga por margarina?",
        "Minha massa não cresceu, o que fiz de errado?",
        "Na aula {lesson} a temperatura é em graus do forno elétrico ou a gás?",
        "Quanto tempo posso guardar na geladeira depois de pronto?",
        "Qual marca de chocolate a professora usa?",
        "A calda cristalizou duas vezes, alguma dica?",
    ],
    Topic.ACCESS: [
        "O módulo seguinte está com cadeado",
        "Não consigo entrar, diz que a senha está errada",
        "Comprei ontem e o curso não aparece pra mim",
        "Terminei o módulo e o próximo não libera",
        "Meu acesso expirou? Não abre nada",
    ],
    Topic.PAYMENT: [
        "Paguei o boleto e ainda consta como pendente",
        "Foi cobrado duas vezes no meu cartão",
        "Quero pedir o reembolso, ainda estou no prazo",
        "Como troco o cartão das parcelas?",
    ],
    Topic.OTHER: [
        "Como emito o certificado com meu nome de casada?",
        "Vocês têm turma presencial?",
        "Gostaria de deixar um elogio pra professora",
    ],
}
SOLUTIONS: dict[Topic, list[str]] = {
    Topic.VIDEO: [
        "Saia da plataforma, limpe os dados do navegador e entre de novo: o vídeo volta a abrir.",
        "O vídeo foi corrigido agora há pouco. Abra a aula de novo e me diga se ainda trava.",
        "Troque o navegador pelo Chrome e escolha a qualidade 480p no player, que fica mais leve.",
    ],
    Topic.DOWNLOAD: [
        "O arquivo está abaixo do vídeo, em Materiais. No celular, toque nele e depois em Abrir com Drive.",
        "Trocamos o arquivo por outro que abre no celular também. Baixe de novo, por favor.",
    ],
    Topic.CONTENT: [
        "Pode trocar sim, na mesma quantidade, mas a massa fica um pouco mais mole: leve à geladeira por meia hora.",
        "O segredo é não mexer depois que levanta fervura. Faça em fogo baixo e pincele a panela com água.",
        "Guarde em pote fechado na geladeira por até cinco dias, e tire uma hora antes de usar.",
    ],
    Topic.ACCESS: [
        "Liberei o módulo na plataforma. Saia, entre de novo e ele aparece na lista.",
        "Use a opção Esqueci minha senha com o mesmo e-mail da compra, e o acesso volta na hora.",
    ],
    Topic.PAYMENT: [
        "O boleto leva até três dias úteis para compensar. Assim que cair, o curso abre sozinho.",
        "Encaminhei o pedido ao financeiro: o estorno aparece na próxima fatura do cartão.",
    ],
    Topic.OTHER: ["O nome do certificado muda em Minha conta, Dados pessoais. Depois é só emitir de novo."],
}
COMMENTS: dict[Topic, list[str]] = {
    Topic.VIDEO: ["O vídeo trava sempre no mesmo ponto", "só comigo não toca o áudio?", "não carrega aqui"],
    Topic.DOWNLOAD: ["Onde baixo a apostila desta aula?", "a planilha não abre", "cadê o pdf?"],
    Topic.CONTENT: ["Posso trocar a manteiga por margarina?", "quantos gramas de fermento?", "Deu errado, por quê?"],
    Topic.ACCESS: ["O próximo módulo não libera", "está com cadeado", "não consigo entrar pelo celular"],
    Topic.PAYMENT: ["Paguei e não caiu ainda", "dá pra parcelar no pix?"],
    Topic.OTHER: ["Que aula maravilhosa!", "Amei demais", "Melhor curso da vida"],
}


def lesson_profile(random: Random) -> dict[Topic, float]:
    """The frequencies of problems in a lesson: the usual ones, except that one or two are more frequent."""
    profile: dict[Topic, float] = dict(COMMON)
    for topic in random.sample([topic for topic in Topic if topic != Topic.OTHER], random.choice([1, 1, 2])):
        profile[topic] *= random.uniform(2, 8)
    return profile


def draw_topic(random: Random, profile: dict[Topic, float]) -> Topic:
    """A random problem by these frequencies."""
    return random.choices(list(profile), list(profile.values()))[0]


def said_topic(random: Random, real: Topic, noise: Noise) -> Topic:
    """The topic that the learner chooses."""
    chance = random.random()
    if chance < noise.wrong:
        return random.choice([topic for topic in Topic if topic != real])
    return Topic.OTHER if chance < noise.wrong + noise.other else real


def words_for(random: Random, real: Topic, lesson: str) -> str:
    """The question in the learner's words."""
    return random.choice(QUESTIONS[real]).format(lesson=lesson, number=random.randint(2, 14))


def steps_of(
    random: Random, real: Topic, course: Outline, lesson: int, asked_at: datetime, noise: Noise
) -> Iterator[Step]:
    """What the learner did in the course before they asked for help in this lesson."""
    chance = random.random()
    if chance < noise.silent:
        return
    if chance < noise.silent + noise.misleading:
        real = draw_topic(random, dict(COMMON))
    minutes = random.uniform(8, 40)

    def step(kind: str, share: float, **fields: object) -> Step:
        moment = asked_at - timedelta(minutes=minutes * (1 - share))
        return Step(kind, moment, lesson, **fields)  # type: ignore[arg-type] # as Step has them

    yield Step("enrollment_created", asked_at - _enrolled_ago(random, real))
    if real == Topic.ACCESS and random.random() < 0.5:
        return
    yield step("lesson_started", 0)
    if random.random() < 0.3:
        yield step("comment_created", 0.5, comment=random.choice(COMMENTS[real]))
    if random.random() < {Topic.DOWNLOAD: 0.55}.get(real, 0.12):
        yield step("file_downloaded", 0.6)
    if random.random() < {Topic.VIDEO: 0.15, Topic.CONTENT: 0.65, Topic.PAYMENT: 0.3}.get(real, 0.45):
        yield step("lesson_watched", 0.8, progress=100 * (lesson + 1) // len(course.lessons))
    if random.random() < 0.2:
        yield step("lesson_rated", 0.85, rating=random.choice([1, 1, 2] if real == Topic.VIDEO else [3, 4, 5, 5]))
    if real == Topic.ACCESS and random.random() < 0.5:
        yield step("module_completed", 0.9)
    if real == Topic.OTHER and random.random() < 0.4:
        yield step("certificate_viewed", 0.95)


def _enrolled_ago(random: Random, real: Topic) -> timedelta:
    if real == Topic.PAYMENT and random.random() < 0.6:
        return timedelta(days=random.uniform(0, 7))
    if real == Topic.ACCESS and random.random() < 0.4:
        return timedelta(days=random.uniform(0, 1))
    return timedelta(days=random.uniform(1, 60))
