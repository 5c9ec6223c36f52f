"""Translates the names of the admin's permissions, which Django stores in English."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAMES = {
    "add": gettext_noop("Can add: %(model)s"),
    "change": gettext_noop("Can change: %(model)s"),
    "delete": gettext_noop("Can delete: %(model)s"),
    "view": gettext_noop("Can view: %(model)s"),
}


def name_of(permission: Permission) -> str:
    """The permission's name in the reader's language, after that of its app.

    The stored name is used if Django did not make the permission, or its model no longer exists.
    """
    content_type = permission.content_type
    model = content_type.model_class()
    action, _separator, of = permission.codename.partition("_")
    if model is None or action not in NAMES or of != content_type.model:
        return f"{content_type} | {permission.name}"
    return f"{model._meta.app_config.verbose_name} | " + _(NAMES[action]) % {"model": model._meta.verbose_name}


# For every place that shows one: forms, read-only pages, confirmations of deletions.
Permission.__str__ = name_of  # type: ignore[assignment, method-assign]
