"""Invents believable events: learners who study, get stuck and ask for help.

The same seed and time give the same events with the same IDs, so that sending them again makes duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from django.utils.text import slugify

from helpdesk.demo.examples import examples


class Outline(NamedTuple):
    """A course and its lessons."""

    title: str
    lessons: list[str]

    @property
    def hash(self) -> str:
        """An identifier such as Nutror's: 40 hexadecimal digits."""
        return f"{Random(self.title).getrandbits(160):040x}"


class Person(NamedTuple):
    """A learner."""

    name: str
    email: str


class Step(NamedTuple):
    """Something that a learner does: the last part of the event's name, and its facts."""

    kind: str
    at: datetime
    lesson: int = 0
    rating: int | None = None
    progress: int | None = None
    comment: str = ""
    inactive_days: int | None = None


PRODUCER = {"email": "ana@escoladaana.example", "name": "Ana Prado"}
COURSES = [
    Outline(
        "Confeitaria do zero",
        [
            "Boas-vindas",
            "Utensílios",
            "Massa amanteigada",
            "Pão de ló",
            "Cremes e recheios",
            "Merengues",
            "Ponto do caramelo",
            "Ganache",
            "Montagem",
            "Acabamento",
            "Precificação",
            "Fotografia do bolo",
        ],
    ),
    Outline(
        "Pães de fermentação natural",
        [
            "O que é levain",
            "Seu levain",
            "Farinhas",
            "Autólise",
            "Sova e dobras",
            "Fermentação longa",
            "Pré-forma",
            "Cortes e pestana",
            "Assar em casa",
        ],
    ),
    Outline(
        "Bolos de casamento",
        [
            "A conversa com os noivos",
            "Orçamento",
            "Esboço",
            "Massas estáveis",
            "Recheios firmes",
            "Pasta americana",
            "Flores de açúcar",
            "Renda comestível",
            "Estrutura de andares",
            "Transporte",
            "O dia da festa",
        ],
    ),
    Outline(
        "Chocolate para vender",
        [
            "Tipos de chocolate",
            "Temperagem na bancada",
            "Temperagem no micro-ondas",
            "Bombons",
            "Ovos recheados",
            "Embalagem",
            "Vendas pelo WhatsApp",
        ],
    ),
]
FIRST_NAMES = (
    "Mariana Cícero Tainá João Letícia Rafael Beatriz Antônio Camila Diego Eduarda Fábio Gabriela Henrique Isabela "
    "Juliana Kauã Larissa Marcos Natália Otávio Patrícia Renata Sandra Thiago Úrsula Vanessa Wesley Yasmin Zélia "
    "Conceição Raimundo Iracema Sebastião Luzia Anderson Débora Priscila Rosângela Vinícius"
).split()
LAST_NAMES = (
    "Ribeiro Souza Almeida Oliveira Prado Fontes Nascimento Araújo Barbosa Cardoso Dias Esteves Ferreira Gomes "
    "Lima Macedo Nogueira Pacheco Queiroz Rocha Santos Teixeira Vasconcelos Xavier Moraes Cavalcanti Figueiredo"
).split()
COMMENTS = [
    "Não achei a planilha que a professora menciona.",
    "O vídeo trava no minuto 3, só comigo?",
    "Posso trocar a manteiga por margarina?",
    "Minha calda cristalizou, o que faço?",
    "Que aula maravilhosa!",
    "Onde baixo a apostila desta aula?",
    "O áudio está muito baixo no celular.",
    "Meu levain não cresceu nada em dois dias.",
]


def invent_person(random: Random, number: int) -> Person:
    """A learner with a random name, and an address that the number makes unique."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    return Person(f"{first} {last}", f"{slugify(first)}.{slugify(last)}.{number}@aluno.example")


def steps_before_asking(random: Random, course: Outline, asked_at: datetime) -> Iterator[Step]:
    """What a learner did before asking for help; not strictly in order of time."""
    lessons = len(course.lessons)
    reached = min(lessons, int(random.triangular(0, lessons + 1, 3)))
    enrolled_at = asked_at - timedelta(days=random.uniform(1, 40))
    yield Step("enrollment_created", enrolled_at)
    if reached == 0:
        return
    if random.random() < 0.12:
        yield Step("inactive_student", asked_at - timedelta(minutes=random.randint(200, 900)), inactive_days=30)
    at = asked_at - timedelta(minutes=random.uniform(25, 70))
    for lesson in range(max(0, reached - 2), reached):
        at += timedelta(minutes=random.uniform(1, 9))
        yield Step("lesson_started", min(at, asked_at), lesson)
        stuck = lesson == reached - 1 and reached < lessons
        if random.random() < 0.2:
            yield Step("file_downloaded", _between(random, at, asked_at), lesson)
        if random.random() < 0.25:
            yield Step("comment_created", _between(random, at, asked_at), lesson, comment=random.choice(COMMENTS))
        if not stuck:
            at = _between(random, at, asked_at)
            yield Step("lesson_watched", at, lesson, progress=100 * (lesson + 1) // lessons)
        if random.random() < 0.2:
            rating = random.choice([1, 2, 3, 4, 5, 5])
            yield Step("lesson_rated", _between(random, at, asked_at), lesson, rating=rating)
    if reached == lessons:
        yield Step("certificate_viewed", _between(random, at, asked_at))


def _between(random: Random, start: datetime, end: datetime) -> datetime:
    return start + (end - start) * random.uniform(0.05, 0.8) if start < end else end


def event_of(random: Random, name: str, person: Person, course: Outline, step: Step) -> dict[str, Any]:
    """The event as Eduzz would send it; its times have both of Eduzz's formats."""
    at = step.at.astimezone(UTC)
    data: dict[str, Any] = {
        "producer": PRODUCER,
        "learner": {"email": person.email, "name": person.name},
        "course": {"hash": course.hash, "title": course.title},
        "createdAt": at.strftime(random.choice(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"])),
    }
    example = examples()[name]["data"]
    if "lesson" in example:
        data["lesson"] = {"id": str(1000 + step.lesson), "title": course.lessons[step.lesson]}
    if "module" in example:
        data["module"] = {"id": "1", "title": "Módulo 1"}
    if "comment" in example:
        data["comment"] = {"id": "1", "parentId": None, "text": step.comment or random.choice(COMMENTS)}
    if "courses" in example:
        data["content"] = data.pop("course")
        data["courses"] = [data["content"]]
    elif step.progress is not None:
        data["course"]["progress"] = step.progress
    elif step.inactive_days is not None:
        data["course"]["inactiveDays"] = step.inactive_days
    if step.rating is not None:
        data["lesson"]["rating"] = step.rating
    return {
        "id": f"{random.getrandbits(128):032x}",
        "event": name,
        "data": data,
        "sentDate": (at + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }


def invent_event(random: Random, name: str, at: datetime) -> dict[str, Any]:
    """An event of this name about an invented learner. Raises KeyError for a name that is not Nutror's."""
    course = random.choice(COURSES)
    step = Step(
        name.removeprefix("nutror."),
        at,
        random.randrange(len(course.lessons)),
        rating=random.randint(1, 5) if name == "nutror.lesson_rated" else None,
        progress=random.randint(1, 100) if name == "nutror.lesson_watched" else None,
        inactive_days=30 if name == "nutror.inactive_student" else None,
    )
    return event_of(random, name, invent_person(random, random.randrange(10**6)), course, step)


def simulate_day(random: Random, now: datetime, learners: int = 48) -> list[dict[str, Any]]:
    """A busy day of a school that ends now: what learners did, and their help requests, oldest first."""
    happened: list[tuple[datetime, dict[str, Any]]] = []
    for number in range(learners):
        person, course = invent_person(random, number), random.choice(COURSES)
        # Most ask in the last hours; a few have been waiting since yesterday.
        asked_at = now - timedelta(minutes=random.triangular(2, 30 * 60, 90))
        steps = [*steps_before_asking(random, course, asked_at), Step("learner_help", asked_at)]
        if random.random() < 0.25:
            again = random.randint(1, 3)
            steps += [Step("learner_help", _between(random, asked_at, now)) for _press in range(again)]
        happened += [(step.at, event_of(random, f"nutror.{step.kind}", person, course, step)) for step in steps]
    return [event for _at, event in sorted(happened, key=lambda item: (item[0], item[1]["id"]))]
