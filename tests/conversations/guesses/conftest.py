"""A course with lessons, and help requests from them of which some are known."""

import pytest

from tests.conversations.guesses.help_requests import ask, lesson_of


@pytest.fixture
def lesson(course):
    return lesson_of(course, "Temperagem na bancada")


@pytest.fixture
def lesson_ticket(course, lesson):
    """Asked just now, by somebody of whom nothing else is known."""
    return ask(course, lesson)
