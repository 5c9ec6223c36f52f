"""Fixtures for all tests: a team, its members, and their work. Folders override those that they need differently."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.conversations.first_reply.texts import default_body
from helpdesk.conversations.models import FirstReply
from helpdesk.teams.models import User
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from tests.api.client import Api
from tests.conversations.guesses.help_requests import ask, known, lesson_of
from tests.conversations.inbound.emails import mailbox_of
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket, source_of


@pytest.fixture
def team(db):
    return TeamFactory(slug="escola", name="Escola da Ana")


def _member(team, role, name):
    return MembershipFactory(team=team, role=role, user__name=name).user


@pytest.fixture
def owner(team):
    return _member(team, Role.OWNER, "Ana Prado")


@pytest.fixture
def manager(team):
    return _member(team, Role.MANAGER, "Beatriz Lima")


@pytest.fixture
def agent(team):
    """A team member who works on tickets."""
    return _member(team, Role.AGENT, "João Pedro")


@pytest.fixture
def colleague(team):
    """Another member who works on tickets."""
    return _member(team, Role.AGENT, "Lia Nunes")


@pytest.fixture
def viewer(team):
    return _member(team, Role.VIEWER, "Vera Reis")


@pytest.fixture
def outsider(db):
    """The owner of another team."""
    return _member(TeamFactory(), Role.OWNER, "Otto Braga")


@pytest.fixture
def owner_membership(owner):
    return owner.memberships.get()


@pytest.fixture
def manager_membership(manager):
    return manager.memberships.get()


@pytest.fixture
def agent_membership(agent):
    return agent.memberships.get()


@pytest.fixture
def actor(agent):
    """The agent as an actor."""
    return Actor.person(agent)


@pytest.fixture
def other_actor(colleague):
    return Actor.person(colleague)


@pytest.fixture
def course(team):
    return CourseFactory(team=team, title="Confeitaria do zero")


@pytest.fixture
def lesson(course):
    return lesson_of(course, "Temperagem na bancada")


@pytest.fixture
def lesson_ticket(course, lesson):
    """A new help request in the lesson, by somebody about whom nothing else is known."""
    return ask(course, lesson)


@pytest.fixture
def mostly_video(course, lesson):
    """Eight earlier help requests in the lesson, six of them about the video."""
    return known(course, lesson, video=6, content=2)


@pytest.fixture
def learner(team):
    return LearnerFactory(team=team, name="Mariana Ribeiro", email="mariana@example.com")


@pytest.fixture
def operator(client):
    """The browser of an operator in the admin."""
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    return client


@pytest.fixture
def ticket(team, learner, course):
    """A help request of the learner in the course."""
    return open_ticket(team, learner=learner, course=course)


@pytest.fixture
def asked(team, course):
    """A function that creates tickets by learner's name and age in hours."""

    def make(name="Conceição Santos", hours=2.0, **fields):
        at = timezone.now() - timedelta(hours=hours)
        learner = fields.pop("learner", None) or LearnerFactory(team=team, name=name)
        fields.setdefault("course", course)
        return open_ticket(team, learner=learner, requested_at=at, received_at=at, **fields)

    return make


@pytest.fixture
def api(team):
    """An integration with a token that reads and writes."""
    return Api(create_token(team, "Planilha")[1])


@pytest.fixture
def mailbox(team):
    """The mailbox for learners' e-mails to the team."""
    return mailbox_of(team)


@pytest.fixture
def first_reply(team, in_english):
    """The first reply that learners get some minutes after asking for help."""
    return FirstReply.objects.create(team=team, body=default_body(), is_enabled=True)


@pytest.fixture
def source(team):
    """The team's connection to Eduzz."""
    return source_of(team)
