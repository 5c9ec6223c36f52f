"""Locks a learner before something from them is stored, and refuses if they have been erased."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.courses.models import Learner
from helpdesk.tickets.actions import ActionRefused


class LearnerErased(ActionRefused):
    """The learner has been erased, so nothing from them is stored any more."""

    def __init__(self) -> None:
        super().__init__(_("This learner has been erased."))


def lock_unerased_learner(pk: int) -> Learner:
    """Lock the learner by primary key, because an erasure changes their address. Raises LearnerErased."""
    learner = Learner.objects.select_for_update(no_key=True).get(pk=pk)
    if learner.erased_at:
        raise LearnerErased
    return learner
