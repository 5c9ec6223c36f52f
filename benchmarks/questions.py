"""How much of a simulated month is known before the team replies, guessed right, and answered already.

The learners are invented: how badly they can be told apart (`noise`) and how fast the team replies are assumptions, so
that each is measured at three of them. Run by `make bench`.
"""

from benchmarks import intake  # noqa: F401 - sets the environment up
from helpdesk.demo.management.commands.simulate_month import NOISES, figures_of
from helpdesk.demo.month import Plan, simulate
from helpdesk.demo.problems import USUAL

HOURS = [1, 3, 8]


def show(label, figures):
    print(f"  {label}: {figures['tickets']} tickets, of whose learners {figures['answering']} % answer")
    known = figures["known_before_the_first_reply_of_those_that_answer"]
    print(f"    question known before the team's first reply, of those that answer: {known} %")
    print(
        f"    right among three guesses: {figures['guess_among_three']} % (first: {figures['first_guess']} %); "
        f"the team's three most frequent topics: {figures['three_most_frequent']} % ({figures['most_frequent']} %)"
    )
    for week in figures["weeks"]:
        print(
            f"      week {week['week']}: {week['guess_among_three']} %, first {week['first_guess']} %, no guess "
            f"{week['without_a_guess']} %; three most frequent {week['three_most_frequent']} %"
        )
    print(
        f"    answers at hand: offered for {figures['answer_offered_of_known']} % of known questions, the first to the "
        f"same problem in {figures['first_answer_to_the_same_problem']} %; names carried over: "
        f"{figures['names_carried_over']}"
    )


if __name__ == "__main__":
    print("A simulated month")
    for name, noise in NOISES.items():
        show(f"{name} noise", figures_of(simulate(Plan(noise=noise))))
    for hours in HOURS:
        figures = figures_of(simulate(Plan(noise=USUAL, team_hours=hours)))
        known = figures["known_before_the_first_reply_of_those_that_answer"]
        print(f"  a team that replies within {hours} working hours (median): known before in {known} %")
