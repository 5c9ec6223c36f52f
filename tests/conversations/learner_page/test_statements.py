"""The reason a ticket was reopened: a learner's message, or only their statement."""

import pytest

from helpdesk.conversations.learner_page.statements import reopened_by_messages
from helpdesk.tickets.facts import SnoozeChanged, StatusChanged, store_fact
from helpdesk.tickets.message_facts import LearnerWrote, QuestionKnown, Rated
from helpdesk.tickets.models import TicketEvent

FACTS = {
    "question_known": QuestionKnown("", "video", "page"),
    "unsnoozed": SnoozeChanged("2026-11-27T12:00:00+00:00", ""),
    "status_changed": StatusChanged("open", "resolved"),
    "reopened": StatusChanged("resolved", "open"),
    "rated": Rated("", "good", 1),
}


def event(key, kind, actor_kind):
    """`wrote_7`: the learner wrote the message of the key 7."""
    if kind.startswith("wrote_"):
        wrote = LearnerWrote(int(kind.removeprefix("wrote_")))
        return TicketEvent(pk=key, kind="learner_wrote", actor_kind=actor_kind, facts=store_fact(wrote, None))
    return TicketEvent(pk=key, kind=kind, actor_kind=actor_kind, facts=store_fact(FACTS[kind], None))


def reopened(told):
    """Of these kinds of events, the number of each by which a message reopened it; the team's begin with `by_team:`."""
    events = []
    for number, name in enumerate(told.split()):
        kind = name.removeprefix("by_team:")
        events.append(event(number, kind, "learner" if kind == name else "person"))
    return reopened_by_messages(events)


@pytest.mark.parametrize(
    ("told", "by_message"),
    [
        ("wrote_7 reopened", {1: 7}),
        ("wrote_7 question_known unsnoozed reopened", {3: 7}),
        ("wrote_7 wrote_8 reopened", {2: 8}),
        ("wrote_7 reopened by_team:status_changed wrote_8 reopened", {1: 7, 4: 8}),
        ("wrote_7 reopened status_changed reopened", {1: 7}),
        ("status_changed reopened", {}),
        ("wrote_7 status_changed reopened", {}),
    ],
)
def test_a_reopening_directly_after_a_message_is_attributed_to_it(told, by_message):
    assert reopened(told) == by_message


@pytest.mark.parametrize("between", ["rated", "by_team:status_changed", "by_team:question_known", "by_team:unsnoozed"])
def test_a_reopening_after_another_event_is_not_attributed_to_the_message(between):
    assert reopened(f"wrote_7 {between} reopened") == {}


def test_a_reopening_by_a_colleague_is_not_attributed_to_the_message():
    assert reopened("wrote_7 by_team:reopened") == {}
