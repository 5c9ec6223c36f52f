"""Locking a learner of whom something is taken in, which it is of none who was erased."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.courses.models import Learner
from helpdesk.tickets.actions import ActionRefused


class LearnerErased(ActionRefused):
    """Nothing of theirs is taken in any more."""

    def __init__(self) -> None:
        super().__init__(_("This learner has been erased."))


def lock_unerased_learner(pk: int) -> Learner:
    """The learner, locked by their key: an erasure that held them has changed their address. Raises LearnerErased."""
    learner = Learner.objects.select_for_update(no_key=True).get(pk=pk)
    if learner.erased_at:
        raise LearnerErased
    return learner
