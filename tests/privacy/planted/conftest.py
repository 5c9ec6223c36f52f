"""A learner whose name, address and words have come in by every way, once, before all tests of this folder."""

import shutil

import pytest
from django.test import Client, override_settings
from django.utils import translation

from helpdesk.teams.roles import Role
from tests.databases import begun_with
from tests.factories import MembershipFactory, TeamFactory, source_of
from tests.folders import folders_in
from tests.privacy.begun import row_of
from tests.privacy.planted.world import World
from tests.privacy.world import plant


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    with django_db_blocker.unblock(), begun_with():
        with override_settings(LANGUAGE_CODE="en", **folders_in(folder)), translation.override("en"):
            team = TeamFactory(slug="escola", name="Escola da Ana")
            source = source_of(team)
            manager = MembershipFactory(team=team, role=Role.MANAGER, user__name="Beatriz Lima").user
            agent = MembershipFactory(team=team, role=Role.AGENT, user__name="João Pedro").user
            learner = plant(Client(), source, team, manager, agent)
        yield World(team, source, manager, agent, learner, folder)


@pytest.fixture(autouse=True)
def own_folders(own_folders, world):
    """The files that the world has, copied for the test."""
    shutil.copytree(world.folder, own_folders, dirs_exist_ok=True)
    return own_folders


team, source, manager, agent, planted = map(row_of, ["team", "source", "manager", "agent", "learner"])
