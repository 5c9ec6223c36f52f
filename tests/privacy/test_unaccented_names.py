"""A learner's name is matched as in search: ignoring accents, case and spaces."""

import pytest

from helpdesk.conversations.inbound.personal_data import emails_to_decide_on
from helpdesk.conversations.models import InboundEmail
from helpdesk.inbox.models import SavedView
from helpdesk.privacy import actions
from helpdesk.privacy.register import Person
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import LearnerFactory, TeamFactory
from tests.privacy.world import finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def jose(team):
    return LearnerFactory(team=team, email="jose@example.com", name="José Łuís D’Ávila")


@pytest.mark.parametrize(
    "written", ["jose luis d'avila", "José Łuís D’Ávila", "JOSE  LUIS D'AVILA", "de José Luís D'Ávila."]
)
def test_saved_views_that_search_for_them(team, agent, manager, jose, written):
    called = SavedView.objects.create(team=team, owner=agent, name=written, query="priority=4")
    asking = SavedView.objects.create(team=team, owner=agent, name="Um caso", query=f"q={written}&priority=3")
    other = SavedView.objects.create(team=team, owner=agent, name="José", query="q=jose luis")
    finish(actions.request_erasure(jose, manager))
    for view in (called, asking, other):
        view.refresh_from_db()
    assert called.name == f"erased-{jose.pk}-{called.pk}"
    assert asking.query == "priority=3"
    assert (other.name, other.query) == ("José", "q=jose luis")


def views_of(team, agent, name):
    """One that is called by the name, and one that asks for it."""
    return [
        SavedView.objects.create(team=team, owner=agent, name=name, query="priority=4"),
        SavedView.objects.create(team=team, owner=agent, name=f"Caso {name[::-1]}"[:40], query=f"q={name}&priority=3"),
    ]


def as_stored(views):
    return [(each.name, each.query) for each in SavedView.objects.filter(pk__in=[view.pk for view in views])]


@pytest.mark.parametrize("name", ["-Ana Lima", "_Ana Lima_", "Caso:Ana Lima-"])
def test_punctuation_around_a_name_is_ignored(team, agent, manager, learner_ana, name):
    views = views_of(team, agent, name)
    finish(actions.request_erasure(learner_ana, manager))
    assert not [row for row in as_stored(views) if "Ana" in "".join(row)]


@pytest.mark.parametrize(
    "name", ["Mariana Lima", "Souza-Ana Lima", "Ana Limas", "Ana Lima-Souza", "Ana", "bela.ana@example.com"]
)
def test_views_that_search_for_a_longer_name_are_kept(team, agent, manager, learner_ana, name):
    views = views_of(team, agent, name)
    before = as_stored(views)
    finish(actions.request_erasure(learner_ana, manager))
    assert as_stored(views) == before


@pytest.mark.parametrize("namesake", ["Ana Lima", "ANA LIMA Souza", "Bela Ana  Lima"])
def test_views_that_may_search_for_a_namesake_are_kept(team, agent, manager, learner_ana, namesake):
    LearnerFactory(team=team, email="outra@example.com", name=namesake)
    views, addressed = views_of(team, agent, "Ana Lima"), views_of(team, agent, "de ana@example.com")
    before = as_stored(views)
    finish(actions.request_erasure(learner_ana, manager))
    assert as_stored(views) == before
    assert not [row for row in as_stored(addressed) if "ana@" in "".join(row)]


def test_namesakes_in_other_teams_and_longer_names_keep_no_view(team, agent, manager, learner_ana):
    LearnerFactory(team=TeamFactory(), email="outra@example.com", name="Ana Lima")
    LearnerFactory(team=team, email="mariana@example.com", name="Mariana Lima")
    views = views_of(team, agent, "Ana Lima")
    finish(actions.request_erasure(learner_ana, manager))
    assert not [row for row in as_stored(views) if "Ana" in "".join(row)]


@pytest.mark.parametrize("name", ["Jose Luis D'Avila", "JOSÉ LUÍS D’ÁVILA"])
def test_emails_with_the_same_name(team, jose, name):
    assert set(bearing(team, jose, name)) == set(InboundEmail.objects.filter(team=team))


@pytest.mark.parametrize("name", ["José Luís", "Jose% D_Avila"])
def test_emails_with_another_name(team, jose, name):
    assert bearing(team, jose, name) == []


def bearing(team, learner, name):
    """Which of two e-mails is shown, one from somebody of this name and one about them."""
    mailbox = mailbox_of(team)
    receive(mailbox, write_email("Sou eu", sender=f"{name} <outro@example.com>", subject="Matrícula"))
    found = receive(mailbox, write_email("Oi", sender="x@example.com", subject=f"Sobre {name}"))
    return emails_to_decide_on(Person(team.pk, learner.pk, learner.email, learner.name, found.received_at))
