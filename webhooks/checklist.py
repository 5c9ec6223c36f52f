"""The steps of a source's set-up: some are known from what has happened, the others a person ticks off."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Invitation, Membership, Team
from webhooks.models import Source


class Step(TextChoices):
    """The steps of the set-up, in the order in which they are done."""

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
    """A step with its number, whether it is done, and whether a person may tick it off."""

    step: Step
    number: int
    is_done: bool
    is_by_hand: bool


@dataclass(frozen=True)
class Checklist:
    """A source's steps, and which of them are done."""

    source: Source
    done: frozenset[Step]
    known: frozenset[Step]  # known to be done; a person cannot untick these

    @property
    def steps(self) -> list[StepState]:
        """All steps, in order."""
        return [
            StepState(step, number, step in self.done, step in BY_HAND - self.known)
            for number, step in enumerate(Step, 1)
        ]

    def state_of(self, step: Step) -> StepState:
        """The state of this step. Raises StopIteration for an unknown one."""
        return next(state for state in self.steps if state.step == step)

    @property
    def proved_by_ping(self) -> list[StepState]:
        """The steps that the page shows as done as soon as the ping arrives."""
        return [state for state in self.steps if state.step in PROVED_BY_PING]

    @property
    def is_over(self) -> bool:
        """Whether the set-up is complete: a learner's help request has come in."""
        return Step.CALL in self.done

    @property
    def count_done(self) -> int:
        """How many steps are done."""
        return len(self.done)

    @property
    def count_left(self) -> int:
        """How many steps are left."""
        return len(Step) - len(self.done)


def checklist_of(source: Source) -> Checklist:
    """The checklist of a source read by `with_health()`.

    A help request proves that its event is ticked in the Eduzz console; nothing proves that backup is turned on.
    """
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
    """Tick a step or untick it; repeating it changes nothing."""
    locked = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    names = [name for name in locked.checked_steps if name != step]
    locked.checked_steps = [*names, str(step)] if is_done else names
    locked.save(update_fields=["checked_steps"])
    source.checked_steps = locked.checked_steps


def _has_colleagues(team: Team) -> bool:
    others = Membership.objects.for_team(team).values("pk")[:2]
    return len(others) > 1 or Invitation.objects.for_team(team).exists()
