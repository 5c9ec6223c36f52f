"""schemathesis attacks every operation of the schema on a real server: all its checks, a fixed seed, a small budget."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from helpdesk.api.actions import create_token
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import MembershipFactory, TeamFactory, open_ticket, source_of
from tests.servers import database_address, serving
from tests.webhooks.sender import learner_help, process, send

BUDGET = "3"  # examples of each operation and phase


@pytest.fixture
def unlimited_server(transactional_db):
    """A server of the test's own, without the limits of rate, which have tests of their own."""
    many = "1000000"
    with serving(
        DATABASE_URL=database_address(), API_RATE_PER_MINUTE=many, API_RATE_PER_MINUTE_OF_TEAM=many
    ) as address:
        yield address


@pytest.fixture
def secret(transactional_db, client):
    """The token of a team in which there is something of everything."""
    member = MembershipFactory(team=TeamFactory(), role=Role.OWNER)
    source = source_of(member.team)
    for place in range(3):
        send(client, source, learner_help(id=f"id-{place}"))
    send(client, source, learner_help(learner={}, id="bad"))
    process()
    ticket = open_ticket(member.team)
    actions.add_tag(ticket, Actor.system(), "vídeo")
    actions.add_note(ticket, Actor.system(), "Uma nota")
    return create_token(member.team, "Schemathesis", by=member.user)[1]


@pytest.mark.slow
def test_no_check_of_schemathesis_fails(secret, unlimited_server):
    command = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert command
    done = subprocess.run(
        [
            command,
            "run",
            f"{unlimited_server}/api/v1/schema",
            "--header",
            f"Authorization: Bearer {secret}",
            "--checks",
            "all",
            "--max-examples",
            BUDGET,
            "--no-color",
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    paths = httpx.get(f"{unlimited_server}/api/v1/schema", params={"format": "json"}).json()["paths"].values()
    operations = sum(len(set(path) & {"get", "post", "put", "patch", "delete"}) for path in paths)
    assert f"Tested: {operations}" in done.stdout  # none skipped
