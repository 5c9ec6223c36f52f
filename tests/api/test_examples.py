"""What docs/api.md and docs/examples say works as it is printed."""

import csv
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import transaction

from helpdesk.api.actions import create_token
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket, publish
from tests.spreadsheets import MALICIOUS, formulas_in

SYSTEM = Actor.system()
DOCS = settings.BASE_DIR / "docs"


@pytest.fixture
def school(transactional_db):
    return TeamFactory(slug="escola-da-ana")


@pytest.fixture
def environment(school, server):
    return os.environ | {"HELPDESK_URL": server, "HELPDESK_TOKEN": create_token(school, "Planilha")[1]}


def test_the_spreadsheet_of_open_tickets_stays_in_step(school, environment, tmp_path):
    def run():
        publish()
        command = [sys.executable, str(DOCS / "examples/open_tickets.py"), str(tmp_path / "open.csv")]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
        with (tmp_path / "open.csv").open(newline="", encoding="utf-8") as file:
            return {row["number"]: row for row in csv.DictReader(file)}

    first = open_ticket(school, learner=LearnerFactory(team=school, name='João, o "primeiro"'))
    second, third = open_ticket(school), open_ticket(school)
    rows = run()
    assert set(rows) == {"1", "2", "3"}
    assert rows["1"]["learner"] == 'João, o "primeiro"'
    actions.resolve_ticket(first, SYSTEM)
    actions.change_priority(second, SYSTEM, 4)
    with transaction.atomic():
        open_ticket(school, learner=third.learner, course=third.course)  # merged
    open_ticket(school)
    rows = run()
    assert set(rows) == {"2", "3", "5"}
    assert rows["2"]["priority"] == "urgent"
    assert run() == rows
    actions.reopen_ticket(first, SYSTEM)
    assert set(run()) == {"1", "2", "3", "5"}


def test_the_spreadsheet_of_open_tickets_contains_no_formula_whatever_the_separator(school, environment, tmp_path):
    learner = LearnerFactory(team=school, name=MALICIOUS)
    ticket = open_ticket(school, learner=learner, course=CourseFactory(team=school, title=MALICIOUS))
    actions.assign_ticket(ticket, SYSTEM, MembershipFactory(team=school, user__name=MALICIOUS).user)
    publish()
    command = [sys.executable, str(DOCS / "examples/open_tickets.py"), str(tmp_path / "open.csv")]
    for _ in range(2):  # what stands in the file already is read and written again
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
        text = (tmp_path / "open.csv").read_text(encoding="utf-8")
        assert text.count("'=1+1") == 3
        assert formulas_in(text) == []


def test_the_commands_of_the_guide_work_as_printed(school, environment, tmp_path):
    guide = (DOCS / "api.md").read_text()
    lines = re.search(r"## With curl\n(.*?)## With Python\n```python\n(.*?)```", guide, re.S)
    assert lines
    shell = "\n".join(line[4:] for line in lines[1].splitlines() if line.startswith("    ") and "export" not in line)
    shell = shell.replace("curl ", "curl --silent --show-error --fail-with-body ")
    done = subprocess.run(
        ["bash", "-ec", shell], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ticket = Ticket.objects.get(number=1)
    assert (ticket.learner.email, ticket.priority) == ("mariana@example.com", 3)
    done = subprocess.run(
        [sys.executable, "-c", lines[2]], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "{'number': 2, 'status': 'resolved'}\n", done.stderr
