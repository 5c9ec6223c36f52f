"""A question that needs an answer."""

import pytest

from tests.conversations.answers.questions import ask


@pytest.fixture
def video_ticket(course, lesson):
    return ask(course, lesson, "Meu vídeo não abre, fica carregando", "video", name="Tainá Rocha")
