"""Records in a team's audit log which of its learners somebody looked at in the admin."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model

from helpdesk.audit.recording import record_looks
from helpdesk.courses.models import Learner

# Foreign keys, in any room's models, that lead to a learner; the most direct first.
WAYS = ("learner", "ticket", "message", "dispatch", "link", "delivery")


def note_look(model: type[Model], keys: Collection[Any]) -> None:
    """Record a look at each learner whom these rows are about; rows that only contain an address are ignored."""
    if way := way_to_learner(model):
        rows = model._base_manager.filter(pk__in=keys)
        record_looks(Learner.objects.filter(pk__in=rows.values(way)).values_list("team_id", "pk"), details="admin")


@cache
def way_to_learner(model: type[Model]) -> str:
    """The lookup from a model to its learner, for `filter` or `values`; empty if there is none."""
    if model is Learner:
        return "pk"
    for name in WAYS:
        try:
            found = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(found, ForeignKey) and (way := way_to_learner(found.related_model)):
            return f"{name}__{way}"
    return ""
