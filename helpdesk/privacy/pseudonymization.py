"""Texts by or about others that contain a learner's address: a pseudonym replaces it, and the rest stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

from helpdesk.privacy.purposes import Purpose
from helpdesk.privacy.register import Erasure, Holding, Person, Rows, Subject


def pseudonymized(
    model: str, name: str, purpose: Purpose, kept_for: str | Promise, find: Callable[[Person], Rows]
) -> Holding:
    """Declare a field with such texts; `find` gives other people's rows that may contain the address."""

    def matches(person: Person, row: Any) -> bool:
        return person.is_addressed_in(getattr(row, name))

    def erase_rows(person: Person, rows: list[Any]) -> None:
        for row in rows:
            setattr(row, name, person.without_address(getattr(row, name)))
        apps.get_model(model)._base_manager.bulk_update(rows, [name])

    return Holding(
        model,
        Subject.LEARNER,
        name,
        purpose,
        kept_for,
        Erasure.PSEUDONYM,
        is_exported=False,
        part="of-others",
        find=find,
        by_address=True,
        matches=matches,
        erase_rows=erase_rows,
    )


def without_address(person: Person, value: Any) -> Any:
    """A JSON value, with the address replaced by the pseudonym in every string at any depth, except in keys."""
    if isinstance(value, str):
        return person.without_address(value)
    if isinstance(value, list):
        return [without_address(person, each) for each in value]
    if isinstance(value, dict):
        return {name: without_address(person, each) for name, each in value.items()}
    return value
