"""Making guesses of counts: how likely each topic is, and which count shows it best."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from helpdesk.conversations.guesses.counting import Counts
from helpdesk.conversations.guesses.signs import RULES, TRACE, Sign
from helpdesk.conversations.guesses.wording import Basis, is_telling, reason
from helpdesk.tickets.models import Topic

MOST = 3
LEAST_SHARE = 0.01  # how likely a topic has to be
LEAST_COUNT, LEAST_OF = 2, 4  # tickets that have to show it, and of how many
# Tickets that a wider group counts for within a narrower one, and a rule of thumb beside all of them.
WIDER, RULE = 8, 8
UNRELATED = 0.1  # part of the learners whose question has nothing to do with what they did
RULED, NOT_RULED = 0.5, 0.1  # how often a sign is expected: where its rule speaks for the topic, and for another


@dataclass(frozen=True)
class Evidence:
    """How many of how many tickets show it; 0 of 0 where only a rule of thumb does."""

    basis: Basis
    count: int = 0
    of: int = 0
    sign: Sign = Sign.NONE


@dataclass(frozen=True)
class Guess:
    """A topic that it may be about, and what shows it."""

    topic: Topic
    evidence: Evidence

    @property
    def why(self) -> str:
        """“6 of 8 in this lesson”, in the reader's language."""
        evidence = self.evidence
        return reason(evidence.basis, evidence.count, evidence.of, evidence.sign)

    @property
    def is_rule(self) -> bool:
        """Whether nothing but a rule of thumb shows it."""
        return self.evidence.of == 0


def weigh(counts: Counts) -> list[Guess]:
    """The likeliest topics of which something shows that they are; “something else” is no guess."""
    likely = likelihoods(counts)
    order = sorted((topic for topic in Topic if topic != Topic.OTHER), key=lambda topic: -likely[topic])
    found = [(topic, _evidence(topic, counts, likely[topic])) for topic in order if likely[topic] >= LEAST_SHARE]
    return [Guess(topic, evidence) for topic, evidence in found if evidence][:MOST]


def likelihoods(counts: Counts) -> dict[Topic, float]:
    """How likely each is: as often as it came in the lesson, with what the learner did.

    In a lesson with few tickets the course counts as well, and there the team. Of each sign it is asked how often it
    comes with the topic, as if one had nothing to do with another. They multiply, so that a few of them would outweigh
    any lesson; but some learners do one thing and ask another, and of these the lesson alone tells.
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
    """Which part of the topic's tickets has this sign; of those whose learners did something, where it is of that.

    Where no rule speaks, it is expected as of any ticket.
    """
    alike, rule = counts.alike[facet], RULES.get(sign)
    among = counts.team if facet == TRACE else counts.alike.get(TRACE, counts.team)
    of_any = (alike.total() + 1) / (among.total() + 2)
    by_rule = RULED if rule == topic else NOT_RULED
    return (alike[topic] + RULE * (by_rule if rule else of_any)) / (among[topic] + RULE)


def _evidence(topic: Topic, counts: Counts, likely: float) -> Evidence | None:
    """The count that shows it best; a rule of thumb where that shows less than half of it, or none does; else None."""
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
