"""A learner who asked for help, and the link to their page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.learner_page import learner_links
from tests.attachments import keep_attachments_in
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, open_ticket


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    keep_attachments_in(tmp_path / "attachments", settings)


@pytest.fixture
def conceicao(team):
    return LearnerFactory(team=team, name="Conceição Lima", email="conceicao@example.com")


@pytest.fixture
def help_request(team, conceicao):
    """A help request from an hour ago, after three lessons."""
    now = timezone.now()
    course = CourseFactory(team=team, title="Chocolate para vender")
    for days, title in ((3, "Temperagem na bancada"), (2, "Embalagem"), (1, "Ovos recheados"), (4, "Boas-vindas")):
        ActivityFactory(
            team=team, learner=conceicao, course=course, lesson_title=title, occurred_at=now - timedelta(days=days)
        )
    return open_ticket(team, learner=conceicao, course=course, requested_at=now - timedelta(hours=1))


@pytest.fixture
def token(help_request):
    return learner_links.create_link(help_request)[1]


@pytest.fixture
def learner_path(token):
    return f"/ajuda/{token}/"


@pytest.fixture
def learner_browser(client):
    """A learner's browser, in English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def desk(client, agent):
    """An agent's browser, in English."""
    client.force_login(agent)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
