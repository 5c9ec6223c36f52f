"""Content types of models that move to another room, for migrations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.migrations import RunPython


def move_content_type(model: str, old: str, new: str) -> RunPython:
    """Give the content type of a model (its name in lower case) the label of its new app.

    Staff's permissions and the admin's log entries refer to this row. If it kept the old label, Django would make
    another one after the migration, which no permission or entry refers to. The migration must depend on contenttypes,
    auth and admin.
    """

    def move(apps: Any, schema_editor: Any) -> None:
        _relabel(apps, model, old, new)

    def move_back(apps: Any, schema_editor: Any) -> None:
        _relabel(apps, model, new, old)

    return RunPython(move, move_back)


def _relabel(apps: Any, model: str, old: str, new: str) -> None:
    """In a new database there is none yet; Django makes it after the migrations.

    There are two if code of both versions has asked for one. The one with the old label remains, since running
    processes remember its primary key.
    """
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_type = content_types.filter(app_label=old, model=model).first()
    if content_type is None:
        return
    for other in content_types.filter(app_label=new, model=model):
        _absorb(apps, content_type, other)
    content_types.filter(pk=content_type.pk).update(app_label=new)


def _absorb(apps: Any, content_type: Any, other: Any) -> None:
    """Delete the other one, after what refers to it refers to this one."""
    apps.get_model("admin", "LogEntry").objects.filter(content_type=other).update(content_type=content_type)
    permissions = apps.get_model("auth", "Permission").objects
    for permission in permissions.filter(content_type=other):
        same = permissions.filter(content_type=content_type, codename=permission.codename).first()
        if same is None:
            permissions.filter(pk=permission.pk).update(content_type=content_type)
            continue
        for group in apps.get_model("auth", "Group").objects.filter(permissions=permission):
            group.permissions.add(same)
        for user in apps.get_model(settings.AUTH_USER_MODEL)._base_manager.filter(user_permissions=permission):
            user.user_permissions.add(same)
    other.delete()
