"""How much of simulated months is known before the team replies, guessed right, and answered already.

The learners are invented: how badly they can be told apart (`noise`) and how fast the team replies are assumptions, so
that each is measured at three of them; of each noise, three months are taken together. Run by `make bench`.
"""

from benchmarks import intake  # noqa: F401 - sets the environment up
from helpdesk.demo.management.commands.simulate_month import NOISES, figures_of
from helpdesk.demo.month import Month, Plan, simulate
from helpdesk.demo.problems import USUAL

SEEDS = ["month", "another", "third"]
HOURS = [1, 3, 8]


def show(label, months):
    together = Month([case for month in months for case in month.cases], sum(month.names for month in months))
    figures = figures_of(together)
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
        f"    answers at hand: offered for {figures['answer_offered_of_known']} % of known questions, the first to the "
        f"same problem in {figures['first_answer_to_the_same_problem']} %; names carried over: "
        f"{figures['names_carried_over']}",
        flush=True,
    )


if __name__ == "__main__":
    print("Simulated months")
    for name, noise in NOISES.items():
        show(f"{name} noise", [simulate(Plan(noise=noise, seed=seed)) for seed in SEEDS])
    for hours in HOURS:
        figures = figures_of(simulate(Plan(noise=USUAL, team_hours=hours)))
        known = figures["known_before_the_first_reply_of_those_that_answer"]
        print(f"  a team that replies within {hours} working hours (median): known before in {known} %")
