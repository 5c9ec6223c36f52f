"""A simulated month: the same for the same seed, it leaves nothing, and its figures can fail."""

import io
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from helpdesk.conversations.models import Dispatch
from helpdesk.demo.management.commands.simulate_month import figures_of
from helpdesk.demo.simulated_month import Plan, _after_working, simulate
from helpdesk.demo.simulated_problems import USUAL
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models import Ticket

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Sao_Paulo")


def test_a_simulation_leaves_no_data_and_is_reproducible():
    months = [simulate(Plan(days=4, daily=10)) for _time in range(2)]
    for model in (Team, User, Ticket, Dispatch):
        assert not model.objects.exists()
    first, second = (
        [(case.real, case.guessed, case.baseline, case.is_known_first, case.offered) for case in month.cases]
        for month in months
    )
    assert first == second
    assert len(first) == 40
    assert months[0].names == 0


def test_the_brief_simulation_gives_the_same_results():
    whole, brief = (
        [(case.real, case.guessed, case.baseline, case.is_known_first, case.is_answering) for case in month.cases]
        for month in (simulate(Plan(days=4, daily=12, is_brief=is_brief)) for is_brief in (False, True))
    )
    assert whole == brief
    assert any(case[1] for case in brief)
    assert any(case[3] for case in brief)


def test_guesses_are_scored_from_all_right_to_all_wrong():
    month = simulate(Plan(days=3, daily=8))
    for case in month.cases:
        case.guessed = [case.real.value]
    assert figures_of(month)["guess_among_three"] == 100
    for case in month.cases:
        case.guessed = []
    figures = figures_of(month)
    assert (figures["guess_among_three"], figures["without_a_guess"]) == (0, 100)


def test_a_learner_who_does_not_answer_is_not_known_before_the_reply():
    month = simulate(Plan(days=3, daily=8))
    silent = [case for case in month.cases if not case.is_answering]
    assert silent
    assert not any(case.is_known_first or case.offered for case in silent)


def test_wrong_choices_by_learners_make_guesses_worse():
    shares = [
        figures_of(simulate(Plan(days=6, daily=20, noise=noise, is_brief=True)))["first_guess"]
        for noise in (USUAL._replace(silent=0, misleading=0, wrong=0, other=0), USUAL._replace(silent=0.9, wrong=0.9))
    ]
    assert shares[0] > shares[1] + 15


@pytest.mark.parametrize(
    ("asked", "hours", "expected"),
    [
        ("2026-11-26 10:00", 2, "2026-11-26 12:00"),
        ("2026-11-26 07:00", 2, "2026-11-26 11:00"),
        ("2026-11-26 17:00", 2, "2026-11-27 10:00"),
        ("2026-11-27 23:00", 1, "2026-11-30 10:00"),
        ("2026-11-28 10:00", 20, "2026-12-02 11:00"),
    ],
)
def test_the_team_works_on_weekdays(asked, hours, expected):
    at, then = (datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE) for text in (asked, expected))
    assert _after_working(at, timedelta(hours=hours)) == then


def test_the_command_prints_its_figures():
    out = io.StringIO()
    call_command("simulate_month", daily=2, stdout=out)
    figures = json.loads(out.getvalue())
    assert figures["tickets"] == 56
    assert [week["week"] for week in figures["weeks"]] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "options", ["--daily=0", "--daily=201", "--daily=x", "--team-hours=0", "--team-hours=101", "--noise=loud"]
)
def test_invalid_options_are_refused(options):
    with pytest.raises(CommandError):
        call_command("simulate_month", options)
