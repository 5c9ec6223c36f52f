"""Turns counts into guesses: how likely each topic is, and which count supports it best."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from helpdesk.conversations.guesses.counting import Counts
from helpdesk.conversations.guesses.signs import RULES, TRACE, Sign
from helpdesk.conversations.guesses.wording import Basis, is_telling, reason
from helpdesk.tickets.models import Topic

MOST = 3
LEAST_SHARE = 0.01  # the least likelihood of a guess
LEAST_COUNT, LEAST_OF = 2, 4  # tickets that must support it, and out of how many
# How many tickets the wider group counts for within a narrower one, and a rule of thumb among all.
WIDER, RULE = 8, 8
UNRELATED = 0.1  # share of learners whose question has nothing to do with what they did
RULED, NOT_RULED = 0.5, 0.1  # expected frequency of a sign if its rule suggests the topic, or another one


@dataclass(frozen=True)
class Evidence:
    """How many of how many tickets support the guess; 0 of 0 if only a rule of thumb does."""

    basis: Basis
    count: int = 0
    of: int = 0
    sign: Sign = Sign.NONE


@dataclass(frozen=True)
class Guess:
    """A topic that the ticket may be about, and the evidence for it."""

    topic: Topic
    evidence: Evidence

    @property
    def why(self) -> str:
        """The reason, such as “6 of 8 in this lesson”, in the reader's language."""
        evidence = self.evidence
        return reason(evidence.basis, evidence.count, evidence.of, evidence.sign)

    @property
    def is_rule(self) -> bool:
        """Whether it is supported by a rule of thumb only."""
        return self.evidence.of == 0


def weigh(counts: Counts) -> list[Guess]:
    """The likeliest topics with evidence for them, MOST at most; “something else” is never guessed."""
    likely = likelihoods(counts)
    order = sorted((topic for topic in Topic if topic != Topic.OTHER), key=lambda topic: -likely[topic])
    found = [(topic, _evidence(topic, counts, likely[topic])) for topic in order if likely[topic] >= LEAST_SHARE]
    return [Guess(topic, evidence) for topic, evidence in found if evidence][:MOST]


def likelihoods(counts: Counts) -> dict[Topic, float]:
    """How likely each topic is: its frequency in the lesson, times how well it fits what the learner did.

    A lesson with few tickets is complemented by its course, and that by the team. The signs are treated as independent,
    and their frequencies multiplied, so that a few would outweigh any lesson. But some learners do one thing and ask
    about another: for that share of them, UNRELATED, only the lesson counts.
    """
    shares = dict.fromkeys(Topic, 1 / len(Topic))
    for group in (counts.team, counts.course, counts.lesson):
        total = group.total() + WIDER
        shares = {topic: (group[topic] + WIDER * share) / total for topic, share in shares.items()}
    fits = {
        topic: prod(_how_often(counts, facet, sign, topic) for facet, sign in counts.signs.items()) for topic in Topic
    }
    usual_fit = sum(shares[topic] * fit for topic, fit in fits.items())
    related = {topic: shares[topic] * fit / usual_fit for topic, fit in fits.items()}
    return {topic: UNRELATED * shares[topic] + (1 - UNRELATED) * related[topic] for topic in Topic}


def _how_often(counts: Counts, facet: str, sign: Sign, topic: Topic) -> float:
    """The share of the topic's tickets with this sign; except for TRACE, among those whose learners did something.

    Without a rule of thumb, the sign is expected as often as on any ticket.
    """
    alike, rule = counts.alike[facet], RULES.get(sign)
    among = counts.team if facet == TRACE else counts.alike.get(TRACE, counts.team)
    of_any = (alike.total() + 1) / (among.total() + 2)
    by_rule = RULED if rule == topic else NOT_RULED
    return (alike[topic] + RULE * (by_rule if rule else of_any)) / (among[topic] + RULE)


def _evidence(topic: Topic, counts: Counts, likely: float) -> Evidence | None:
    """The count that supports the topic best, or a rule of thumb if there is one and the count is weak or missing.

    A count is weak if it supports less than half of the likelihood. None without a count or a rule of thumb.
    """
    groups = [(Basis.LESSON, counts.lesson, Sign.NONE)]
    groups += [(Basis.SIGN, counts.alike[facet], sign) for facet, sign in counts.signs.items() if is_telling(sign)]
    groups += [(Basis.COURSE, counts.course, Sign.NONE), (Basis.TEAM, counts.team, Sign.NONE)]
    found = [
        Evidence(basis, group[topic], group.total(), sign)
        for basis, group, sign in groups
        if group[topic] >= LEAST_COUNT and group.total() >= LEAST_OF
    ]
    best = max(found, key=lambda each: (each.count + 1) / (each.of + len(Topic)), default=None)
    rules = [Evidence(Basis.RULE, sign=sign) for sign in counts.signs.values() if RULES.get(sign) == topic]
    is_shown = best is not None and best.count / best.of >= likely / 2
    return best if is_shown or not rules else rules[0]
