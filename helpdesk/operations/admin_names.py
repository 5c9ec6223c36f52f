"""What others' apps and models are called in the admin: most bring no names that could be translated."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model


def name_app(label: str, name: Any) -> None:
    """Call the app so, in the language of whoever reads."""
    apps.get_app_config(label).verbose_name = name


def name_model(model: type[Model], one: Any, many: Any, **fields: Any) -> None:
    """Call the model and these of its fields so.

    Migrations notice nothing: they go by what the model was declared with.
    """
    model._meta.verbose_name, model._meta.verbose_name_plural = one, many
    for name, label in fields.items():
        model._meta.get_field(name).verbose_name = label  # type: ignore[union-attr]
