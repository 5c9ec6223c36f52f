"""Records in a team's audit log which of its learners somebody viewed in the admin."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model

from helpdesk.audit.recording import record_learner_views
from helpdesk.courses.models import Learner

# Foreign keys, in any room's models, that lead to a learner; the most direct first.
KEYS_TO_LEARNER = ("learner", "ticket", "message", "dispatch", "link", "delivery")


def record_viewed_learners(model: type[Model], keys: Collection[Any]) -> None:
    """Record that the learners whom these rows are about were viewed; rows that only contain an address are ignored."""
    if lookup := learner_lookup(model):
        rows = model._base_manager.filter(pk__in=keys)
        record_learner_views(
            Learner.objects.filter(pk__in=rows.values(lookup)).values_list("team_id", "pk"), details="admin"
        )


@cache
def learner_lookup(model: type[Model]) -> str:
    """The lookup from a model to its learner, for `filter` or `values`; empty if there is none."""
    if model is Learner:
        return "pk"
    for name in KEYS_TO_LEARNER:
        try:
            found = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(found, ForeignKey) and (lookup := learner_lookup(found.related_model)):
            return f"{name}__{lookup}"
    return ""
