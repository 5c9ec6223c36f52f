"""A learner has been erased. That takes seconds, so it is done once, before all tests of this folder."""

import shutil

import pytest
from django.test import Client, override_settings
from django.utils import translation

from helpdesk.privacy import actions
from helpdesk.teams.roles import Role
from tests.databases import begun_with
from tests.factories import MembershipFactory, TeamFactory, source_of
from tests.folders import folders_in
from tests.privacy.begun import row_of
from tests.privacy.erased.world import World
from tests.privacy.world import finish, plant


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("erased")
    with django_db_blocker.unblock(), begun_with():
        with override_settings(LANGUAGE_CODE="en", **folders_in(folder)), translation.override("en"):
            team = TeamFactory()
            source = source_of(team)
            manager, agent = (MembershipFactory(team=team, role=role).user for role in (Role.MANAGER, Role.AGENT))
            learner = plant(Client(), source, team, manager, agent)
            erased = finish(actions.request_erasure(learner, manager))
        yield World(team, source, agent, learner, erased, folder)


@pytest.fixture(autouse=True)
def own_folders(own_folders, world):
    """The files that the world has, copied for the test."""
    shutil.copytree(world.folder, own_folders, dirs_exist_ok=True)
    return own_folders


team, source, agent, planted, erased = map(row_of, ["team", "source", "agent", "learner", "erased"])
