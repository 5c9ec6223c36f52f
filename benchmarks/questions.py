"""How many questions of simulated months are known before the team replies, guessed right, or already answered.

Learners are invented. How hard they are to tell apart (`noise`) and how fast the team replies are assumptions, so each
is measured at three values; for each noise, three months are combined. The first simulation is complete, with learners'
pages and replies; in the others the same is known at the same time, and only guesses are made. Run by `make bench`;
`python -m benchmarks.questions another-seed …` uses other months.
"""

import sys
from itertools import chain

from benchmarks import intake  # noqa: F401 - sets the environment up
from helpdesk.demo.management.commands.simulate_month import NOISES, figures_of
from helpdesk.demo.simulated_month import Month, Plan, simulate
from helpdesk.demo.simulated_problems import USUAL

SEEDS = ["month", "another", "third"]
HOURS = [1, 3, 8]


def together(months):
    return Month(list(chain.from_iterable(month.cases for month in months)), sum(month.names for month in months))


def show(label, whole, brief):
    months = [whole, *brief]
    figures, of_whole = figures_of(together(months)), figures_of(whole)
    print(f"  {label}: {figures['tickets']} tickets, of whose learners {figures['answering']} % answer")
    known = figures["known_before_the_first_reply_of_those_that_answer"]
    print(f"    question known before the team's first reply, of those that answer: {known} %")
    each = ", ".join(str(figures_of(month)["guess_among_three"]) for month in months)
    print(
        f"    right among three guesses: {figures['guess_among_three']} % (months: {each}; first guess: "
        f"{figures['first_guess']} %); the team's three most frequent topics: {figures['three_most_frequent']} % "
        f"({figures['most_frequent']} %)"
    )
    for week in figures["weeks"]:
        print(
            f"      week {week['week']}: {week['guess_among_three']} %, first {week['first_guess']} %, no guess "
            f"{week['without_a_guess']} %; three most frequent {week['three_most_frequent']} %"
        )
    print(
        f"    answers at hand, of the first month: offered for {of_whole['answer_offered_of_known']} % of known "
        f"questions, the first to the same problem in {of_whole['first_answer_to_the_same_problem']} %; names carried "
        f"over: {of_whole['names_carried_over']}",
        flush=True,
    )


def main(seeds):
    print("Simulated months")
    for name, noise in NOISES.items():
        brief = [simulate(Plan(noise=noise, seed=seed, is_brief=True)) for seed in seeds[1:]]
        show(f"{name} noise", simulate(Plan(noise=noise, seed=seeds[0])), brief)
    for hours in HOURS:
        months = [simulate(Plan(noise=USUAL, team_hours=hours, seed=seed, is_brief=True)) for seed in seeds]
        known = figures_of(together(months))["known_before_the_first_reply_of_those_that_answer"]
        print(f"  a team that replies within {hours} working hours (median): known before in {known} %", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or SEEDS)
