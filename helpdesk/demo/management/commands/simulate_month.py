"""`manage.py simulate_month`: how many questions of a simulated month are known, guessed and answered."""

import json
from typing import Any

from django.core.management import CommandError, CommandParser

from helpdesk.demo.simulated_month import Case, Month, Plan, simulate
from helpdesk.demo.simulated_problems import LITTLE, MUCH, USUAL
from helpdesk.operations.commands import DatabaseCommand

NOISES = {"little": LITTLE, "usual": USUAL, "much": MUCH}
MOST_DAILY = 200


class Command(DatabaseCommand):
    """Simulate a month in a temporary team, of which nothing is kept; prints a JSON object."""

    help = "Simulate a month: is the question known before the team replies, and was the guess right?"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the amount, speed and noise of the simulation."""
        parser.add_argument("--daily", type=int, default=30, metavar="N", help="calls a day")
        parser.add_argument(
            "--team-hours", type=float, default=3.0, help="working hours until the team replies, median"
        )
        parser.add_argument("--noise", choices=NOISES, default="usual", help="how badly learners can be told apart")
        parser.add_argument("--seed", default="month", help="the same seed makes the same month")

    def handle(self, *args: Any, daily: int, team_hours: float, noise: str, seed: str, **options: Any) -> None:
        """Simulate, and print the results in per cent."""
        if not 1 <= daily <= MOST_DAILY:
            raise CommandError(f"--daily must be from 1 to {MOST_DAILY}.")
        if not 0 < team_hours <= 100:
            raise CommandError("--team-hours must be above 0, and at most 100.")
        month = simulate(Plan(daily=daily, team_hours=team_hours, noise=NOISES[noise], seed=seed))
        self.stdout.write(json.dumps(figures_of(month), indent=2))


def figures_of(month: Month) -> dict[str, Any]:
    """The shares in per cent, overall and by week."""
    return {
        "tickets": len(month.cases),
        "answering": month.share(lambda case: case.is_answering),
        "known_before_the_first_reply": month.share(lambda case: case.is_known_first),
        "known_before_the_first_reply_of_those_that_answer": month.share(
            lambda case: case.is_known_first, lambda case: case.is_answering
        ),
        "guess_among_three": month.share(_is_among_three),
        "guess_among_three_of_those_that_answer": month.share(_is_among_three, lambda case: case.is_answering),
        "first_guess": month.share(_is_first),
        "three_most_frequent": month.share(lambda case: case.real in case.baseline),
        "most_frequent": month.share(lambda case: case.real in case.baseline[:1]),
        "without_a_guess": month.share(lambda case: not case.guessed),
        "answer_offered_of_known": month.share(lambda case: bool(case.offered), lambda case: case.offered is not None),
        "first_answer_to_the_same_problem": month.share(_is_answer_right, lambda case: bool(case.offered)),
        "names_carried_over": month.names,
        "weeks": [_week(month, week) for week in sorted({case.week for case in month.cases})],
    }


def _week(month: Month, week: int) -> dict[str, Any]:
    def is_then(case: Case) -> bool:
        return case.week == week

    return {
        "week": week,
        "guess_among_three": month.share(_is_among_three, is_then),
        "first_guess": month.share(_is_first, is_then),
        "three_most_frequent": month.share(lambda case: case.real in case.baseline, is_then),
        "without_a_guess": month.share(lambda case: not case.guessed, is_then),
    }


def _is_among_three(case: Case) -> bool:
    return case.real in case.guessed


def _is_first(case: Case) -> bool:
    return case.real in case.guessed[:1]


def _is_answer_right(case: Case) -> bool:
    return bool(case.offered and case.offered[0])
