"""Questions of a course that people answered, and one that waits for an answer."""

import pytest

from tests.conversations.answers.questions import ask
from tests.conversations.guesses.help_requests import lesson_of


@pytest.fixture
def lesson(course):
    return lesson_of(course, "Temperagem na bancada")


@pytest.fixture
def lesson_ticket(course, lesson):
    return ask(course, lesson, "Meu vídeo não abre, fica carregando", "video", name="Tainá Rocha")
