"""Translatable names in the admin for apps and models of other packages, most of which have none."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model


def name_app(label: str, name: Any) -> None:
    """Set the app's name, which may be lazily translated."""
    apps.get_app_config(label).verbose_name = name


def name_model(model: type[Model], one: Any, many: Any, **fields: Any) -> None:
    """Set the names of a model and of some of its fields.

    This causes no migration, because migrations use the original declarations.
    """
    model._meta.verbose_name, model._meta.verbose_name_plural = one, many
    for name, label in fields.items():
        model._meta.get_field(name).verbose_name = label  # type: ignore[union-attr]
