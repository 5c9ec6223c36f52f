"""Moves the database between migrations, as an update of an installation does."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import django
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import AppConfigStub, ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.db.models import Field, Model
from django.utils.functional import cached_property


def models_as_of(target):
    """The models as of a migration; the database does not change."""
    return MigrationExecutor(connection).loader.project_state([target]).apps


def migrate(*targets):
    """Migrate to these targets, by default to the newest of all apps. Returns the models as of then."""
    with models_made_on_demand():
        executor = MigrationExecutor(connection)
        return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps


@contextmanager
def models_made_on_demand() -> Iterator[None]:
    """Speed up migrations to a quarter of their time, with the same result.

    For every operation Django builds the classes of all related models, which are nearly all of them, again; three
    times when migrating backwards. Here a model's class is built only when it is used, and its fields are copied, as
    those of abstract models are, instead of being deconstructed and built again.
    """
    clone, remove_model = ProjectState.clone, ProjectState.remove_model

    def unmake(state: ProjectState, *_names: object, **_options: object) -> None:
        state.__dict__.pop("apps", None)

    def clone_with_the_same(state: ProjectState) -> ProjectState:
        made = state.__dict__.pop("apps", None)
        copy = clone(state)
        if made:
            state.apps = copy.apps = made
        return copy

    def unmake_and_remove(state: ProjectState, app_label: str, model_name: str) -> None:
        unmake(state)
        remove_model(state, app_label, model_name)

    def copied(field: Field[Any, Any]) -> Field[Any, Any]:
        copy = deepcopy(field)
        for part in filter(None, [copy, copy.remote_field]):
            kind: Any = type(part)
            for name in _computed_once(kind):  # from the related class, which differs between states
                part.__dict__.pop(name, None)
        copy.creation_counter = Field.creation_counter  # which orders the fields of a model
        Field.creation_counter += 1
        return copy

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Field, "clone", copied)
        patch.setattr("django.db.migrations.state.StateApps", ModelsOnDemand)
        patch.setattr(ProjectState, "clone", clone_with_the_same)
        patch.setattr(ProjectState, "reload_model", unmake)
        patch.setattr(ProjectState, "reload_models", unmake)
        patch.setattr(ProjectState, "remove_model", unmake_and_remove)
        yield


@functools.cache
def _computed_once(kind: type) -> list[str]:
    return [name for each in kind.__mro__ for name, value in vars(each).items() if isinstance(value, cached_property)]


class ModelsOnDemand(StateApps):
    """Models that are built, together with those they refer to, on first use.

    `get_models`, which is also used to find those that refer to a model, builds all of them.
    """

    def __init__(self, real_apps: set[str], models: dict[tuple[str, str], ModelState]) -> None:
        self.unmade: dict[tuple[str, str], ModelState] = {}
        super().__init__(real_apps, {})  # type: ignore[arg-type] # a set, as Django has it
        self.unmade = {name: state.clone() for name, state in models.items()}  # as they are now
        for label in {label for label, _name in models} - set(self.app_configs):
            self.app_configs[label] = AppConfigStub(label)
            self.app_configs[label].apps = self

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> type[Model]:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self._make((app_label, model_name.lower()))
        return super().get_model(app_label, model_name, require_ready)

    @functools.cache  # noqa: B019 - as it is in Django, which clears it
    def get_models(self, include_auto_created: bool = False, include_swapped: bool = False) -> list[type[Model]]:
        self._make(*self.unmade)
        return super().get_models(include_auto_created, include_swapped)

    def _make(self, *names: tuple[str, str]) -> None:
        wanted, found = list(names), []
        while wanted:
            name = wanted.pop()
            if state := self.unmade.pop(name, None):
                found.append(state)
                wanted += _referred_to(state)
        self.render_multiple(found)


def _referred_to(state: ModelState) -> Iterator[tuple[str, str]]:
    """The models without which this one cannot be built."""
    own = state.app_label, state.name_lower
    for field in state.fields.values():
        if field.remote_field:
            yield resolve_relation(field.remote_field.model, *own)
            if through := getattr(field.remote_field, "through", None):
                yield resolve_relation(through, *own)
    for base in state.bases:
        if isinstance(base, str):
            yield resolve_relation(base, *own)


def main(*names: str) -> None:
    """Create all tables in an empty database, faster than `manage.py migrate`, which runs last and has nothing to do.

    With names such as `tickets.0042_plain_words` or `tickets.zero`, migrate forwards or backwards to those.
    """
    gc.disable()  # old states' models are garbage, but the process ends before it matters
    django.setup()
    if names:
        targets = [name.split(".") for name in names]
        migrate(*((label, None if name == "zero" else name) for label, name in targets))
        return
    migrate()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
