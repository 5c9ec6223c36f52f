"""Guesses what a ticket is about while its question is unknown, from plain counts of the team's own tickets.

`counting` counts the topics of related tickets, `weighing` turns them into at most three guesses, `wording` explains
them.
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
    """At most three guesses, likeliest first; none if the question is known or evidence is lacking. One query."""
    counts = _counts(ticket)
    return weigh(counts) if counts else []


def show_guesses(ticket: Ticket) -> Sequence[Guess]:
    """The guesses of `guesses_for`, recorded as shown, so that one can later tell whether they were right."""
    counts = _counts(ticket)
    guesses = weigh(counts) if counts else []
    if counts and guesses and [guess.topic for guess in guesses] != counts.shown:
        keep_shown(ticket, guesses)
    return guesses


def _counts(ticket: Ticket) -> Counts | None:
    return None if ticket.is_question_known or ticket.is_merged else count_topics(ticket)


def topics_for(guesses: Sequence[Guess]) -> list[Topic]:
    """All topics in the order in which learners are offered them: guessed ones first, “something else” last."""
    guessed = [guess.topic for guess in guesses]
    return guessed + [topic for topic in Topic if topic not in guessed]


def keep_shown(ticket: Ticket, guesses: Sequence[Guess]) -> None:
    """Record the guesses last shown on a ticket, unless its question has become known meanwhile."""
    if guesses:
        ShownGuess.objects.keep(ticket, [guess.topic.value for guess in guesses])
