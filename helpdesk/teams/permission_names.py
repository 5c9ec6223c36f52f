"""What the admin's permissions are called: Django stores their names, in English, when it makes them."""

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
    """Its name in the reader's language, after that of its app; as it is stored where it is none that Django makes.

    Of a model that is no longer there nothing but the stored name is known.
    """
    content_type = permission.content_type
    model = content_type.model_class()
    action, _separator, of = permission.codename.partition("_")
    if model is None or action not in NAMES or of != content_type.model:
        return f"{content_type} | {permission.name}"
    return f"{model._meta.app_config.verbose_name} | " + _(NAMES[action]) % {"model": model._meta.verbose_name}


# For every place that shows one: forms, what is only looked at, what is asked before something is deleted.
Permission.__str__ = name_of  # type: ignore[assignment, method-assign]
