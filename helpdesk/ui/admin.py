"""Limits the operator's admin: staff see only their teams' rows, and records can be viewed but not edited."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet

from helpdesk.operations.admin_input import AnyInputMixin
from helpdesk.ui.fields import KeyField, NameField

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Helpdesk"


class ChoiceByKey(AutocompleteSelect):
    """A select that ignores malformed keys: Django looks up whatever was sent in order to show it again."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """The choices, with only the valid keys of those that were sent."""
        return super().optgroups(name, [key for key in value if re.fullmatch("[0-9]{1,18}", str(key))], attrs)


class ChoosesByKeyMixin:
    """An admin page whose autocomplete fields are sent as primary keys."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Treat a malformed key as an invalid choice."""
        page: Any = self
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs["widget"] = ChoiceByKey(db_field, page.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class NamesAdmin(AnyInputMixin, admin.ModelAdmin):  # type: ignore[type-arg] # not a generic at run time
    """An admin page that cleans names like every other form."""

    name_fields: ClassVar[list[str]] = ["name", "title"]
    key_fields: ClassVar[list[str]] = ["email"]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Let the form's fields clean names."""
        if db_field.name in self.key_fields:
            kwargs["form_class"] = KeyField
        elif db_field.name in self.name_fields:
            kwargs["form_class"] = NameField
        return super().formfield_for_dbfield(db_field, request, **kwargs)


ViewRecorder = Callable[[type[Model], Collection[Any]], None]
_VIEW_RECORDERS: list[ViewRecorder] = []


def register_view_recorder(record: ViewRecorder) -> None:
    """Call this with a model's rows that somebody views in the admin, on their pages or in a list."""
    _VIEW_RECORDERS.append(record)


class TeamModelAdmin(ChoosesByKeyMixin, NamesAdmin):
    """Rows of a team: staff who are not superusers see those of their own teams, in lists and in choices."""

    def render_change_form(
        self, request: Any, context: Any, add: bool = False, change: bool = False, form_url: str = "", obj: Any = None
    ) -> Any:
        """The page of a row; reports that it was viewed."""
        self._record_view([obj.pk] if obj else [])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """The list; reports the rows on it as viewed."""
        response: Any = super().changelist_view(request, extra_context)
        if shown := getattr(response, "context_data", {}).get("cl"):
            self._record_view([row.pk for row in shown.result_list])
        return response

    def _record_view(self, keys: Collection[Any]) -> None:
        for record in _VIEW_RECORDERS if keys else []:
            record(self.model, keys)

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Only the rows of this person's teams."""
        return self.model._default_manager.visible_to(request.user)  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer only rows of this person's teams."""
        manager = db_field.related_model._default_manager
        if hasattr(manager, "visible_to"):
            kwargs["queryset"] = manager.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecordAdmin(TeamModelAdmin):
    """A record of something that happened: viewed, but never edited, added or deleted by hand."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
