"""What a ticket is probably about, as long as nobody has said it: plain counts of the team's own tickets.

`counting` reads how often which topic came where this ticket comes from, `weighing` makes at most three guesses of it,
`wording` says why.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.conversations.guesses.counting import Counts, count_topics
from helpdesk.conversations.guesses.weighing import Evidence, Guess, weigh
from helpdesk.conversations.guesses.wording import Basis
from helpdesk.conversations.models import ShownGuess
from helpdesk.tickets.models import Ticket, Topic

__all__ = ["Basis", "Evidence", "Guess", "guesses_for", "keep_shown", "show_guesses", "topics_for"]


def guesses_for(ticket: Ticket) -> Sequence[Guess]:
    """At most three, the likeliest first; none where the question is known, or too little tells of it. One query."""
    counts = _counts(ticket)
    return weigh(counts) if counts else []


def show_guesses(ticket: Ticket) -> Sequence[Guess]:
    """The same, and keep what is shown, so that it can be told later whether it was right."""
    counts = _counts(ticket)
    guesses = weigh(counts) if counts else []
    if counts and guesses and [guess.topic for guess in guesses] != counts.shown:
        keep_shown(ticket, guesses)
    return guesses


def _counts(ticket: Ticket) -> Counts | None:
    return None if ticket.is_question_known or ticket.is_merged else count_topics(ticket)


def topics_for(guesses: Sequence[Guess]) -> list[Topic]:
    """All topics in the order in which a learner is offered them: what is guessed first, something else last."""
    guessed = [guess.topic for guess in guesses]
    return guessed + [topic for topic in Topic if topic not in guessed]


def keep_shown(ticket: Ticket, guesses: Sequence[Guess]) -> None:
    """Keep what was shown last of a ticket, unless it has become known meanwhile what it is about."""
    if guesses:
        ShownGuess.objects.keep(ticket, [guess.topic.value for guess in guesses])
