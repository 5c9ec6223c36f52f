"""Making guesses of counts: how likely each topic is, and which count shows it best."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from helpdesk.conversations.guesses.beginnings import RULES, Age, Beginning
from helpdesk.conversations.guesses.counting import Counts
from helpdesk.conversations.guesses.wording import Basis, reason
from helpdesk.tickets.models import Topic

MOST = 3
LEAST_SHARE = 0.08  # how likely a topic has to be
LEAST_COUNT, LEAST_OF = 2, 4  # tickets that have to show it, and of how many
# Tickets that a wider group counts for within a narrower one, and a rule of thumb beside all of them.
WIDER, RULE = 4, 4
RULED, NOT_RULED = 0.5, 0.1  # how often something begins in a way: where its rule speaks for the topic, and else


@dataclass(frozen=True)
class Evidence:
    """How many of how many tickets show it; 0 of 0 where only a rule of thumb does."""

    basis: Basis
    count: int = 0
    of: int = 0
    sign: Beginning | Age | None = None


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
    found = [(topic, _evidence(topic, counts)) for topic in order if likely[topic] >= LEAST_SHARE]
    return [Guess(topic, evidence) for topic, evidence in found if evidence][:MOST]


def likelihoods(counts: Counts) -> dict[Topic, float]:
    """How likely each is: as often as it came in the lesson, where the learner began as this one did.

    In a lesson with few tickets the course counts as well, and there the team; of how learners began and how long they
    are enrolled it is asked how often that comes with the topic, as if the two had nothing to do with each other.
    """
    shares = dict.fromkeys(Topic, 1 / len(Topic))
    for group in (counts.team, counts.course, counts.lesson):
        total = group.total() + WIDER
        shares = {topic: (group[topic] + WIDER * share) / total for topic, share in shares.items()}
    weights = {
        topic: share
        * _how_often(counts.alike, counts.team, topic, counts.beginning)
        * _how_often(counts.as_old, counts.team, topic, counts.age)
        for topic, share in shares.items()
    }
    total_weight = sum(weights.values())
    return {topic: weight / total_weight for topic, weight in weights.items()}


def _how_often(alike: Counter[str], team: Counter[str], topic: Topic, sign: Beginning | Age) -> float:
    """Which part of the topic's tickets has this sign."""
    rule = RULES.get(sign)
    expected = RULED if rule == topic else NOT_RULED
    return (alike[topic] + RULE * expected) / (team[topic] + RULE)


def _evidence(topic: Topic, counts: Counts) -> Evidence | None:
    """The count that shows it best; else a rule of thumb, and None where there is none."""
    groups = [
        (Basis.LESSON, counts.lesson, None),
        (Basis.BEGINNING, counts.alike, counts.beginning),
        (Basis.AGE, counts.as_old, counts.age),
        (Basis.COURSE, counts.course, None),
        (Basis.TEAM, counts.team, None),
    ]
    found = [
        Evidence(basis, group[topic], group.total(), sign)
        for basis, group, sign in groups
        if group[topic] >= LEAST_COUNT and group.total() >= LEAST_OF and reason(basis, 1, 1, sign)
    ]
    if found:
        return max(found, key=lambda each: (each.count + 1) / (each.of + len(Topic)))
    signs: list[Beginning | Age] = [counts.beginning, counts.age]
    return next((Evidence(Basis.RULE, sign=sign) for sign in signs if RULES.get(sign) == topic), None)
