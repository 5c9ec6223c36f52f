"""What is left to do until help requests come in: told from facts where there are any, else by the person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Invitation, Membership, Team
from webhooks.models import Source


class Step(TextChoices):
    """One thing to do, in the order in which one does them."""

    ADDRESS = "address", _("Add a webhook in the Eduzz console")
    KEY = "key", _("Use the same key on both sides")
    EVENTS = "events", _("Tick the Nutror events")
    BACKUP = "backup", _("Turn on “backup”")
    PING = "ping", _("Save: Eduzz sends a ping")
    TEAM = "team", _("Invite your colleagues")
    CALL = "call", _("The first help request arrives")


BY_HAND = frozenset({Step.EVENTS, Step.BACKUP, Step.TEAM})
PROVED_BY_PING = frozenset({Step.ADDRESS, Step.KEY, Step.PING})


@dataclass(frozen=True)
class StepState:
    """A step with its place, whether it is done, and whether a person may say so."""

    step: Step
    number: int
    is_done: bool
    is_by_hand: bool


@dataclass(frozen=True)
class Checklist:
    """A source's steps, and which of them are done."""

    source: Source
    done: frozenset[Step]
    known: frozenset[Step]  # done by facts, which nobody can take back

    @property
    def steps(self) -> list[StepState]:
        """All of them, in order."""
        return [
            StepState(step, number, step in self.done, step in BY_HAND - self.known)
            for number, step in enumerate(Step, 1)
        ]

    def state_of(self, step: Step) -> StepState:
        """How far this step is. Raises StopIteration for one that is not listed."""
        return next(state for state in self.steps if state.step == step)

    @property
    def proved_by_ping(self) -> list[StepState]:
        """Those that the page shows as done as soon as the ping comes."""
        return [state for state in self.steps if state.step in PROVED_BY_PING]

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to set up: a learner has asked for help through it."""
        return Step.CALL in self.done

    @property
    def count_done(self) -> int:
        """How many of them are done."""
        return len(self.done)

    @property
    def count_left(self) -> int:
        """How many are still to be done."""
        return len(Step) - len(self.done)


def checklist_of(source: Source) -> Checklist:
    """Of a source read by `with_health()`. A help request is known to tick its event; nothing tells of the backup."""
    known = set[Step]()
    if source.last_authentic_at:
        known |= PROVED_BY_PING
    if source.first_call_at:
        known |= {Step.CALL, Step.EVENTS}
    if _has_colleagues(source.team):
        known.add(Step.TEAM)
    by_hand = {Step(name) for name in source.checked_steps if name in Step.values}
    return Checklist(source, frozenset(known | by_hand), frozenset(known))


@transaction.atomic
def check_step(source: Source, step: Step, *, is_done: bool) -> None:
    """Note what a person says; twice the same changes nothing."""
    locked = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    names = [name for name in locked.checked_steps if name != step]
    locked.checked_steps = [*names, str(step)] if is_done else names
    locked.save(update_fields=["checked_steps"])
    source.checked_steps = locked.checked_steps


def _has_colleagues(team: Team) -> bool:
    others = Membership.objects.for_team(team).values("pk")[:2]
    return len(others) > 1 or Invitation.objects.for_team(team).exists()
