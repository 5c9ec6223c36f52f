"""How the operator's admin is limited: to one's own teams, and to looking where the record must not be edited."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet

from helpdesk.operations.admin_input import AnyInputMixin
from helpdesk.ui.names import KeyField, NameField

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Helpdesk"


class ChoiceByKey(AutocompleteSelect):
    """Django looks up what was sent to show it again, whatever it is; what is no key is not there."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """The choices, of those that were sent the keys alone."""
        return super().optgroups(name, [key for key in value if re.fullmatch("[0-9]{1,18}", str(key))], attrs)


class ChoosesByKeyMixin:
    """A page whose choices that are completed are sent as keys."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Refuse anything else as a choice that there is not."""
        page: Any = self
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs["widget"] = ChoiceByKey(db_field, page.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class NamesAdmin(AnyInputMixin, admin.ModelAdmin):  # type: ignore[type-arg] # not a generic at run time
    """What an operator types for a name is cleaned as on every other way in."""

    name_fields: ClassVar[list[str]] = ["name", "title"]
    key_fields: ClassVar[list[str]] = ["email"]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Let the form's fields clean."""
        if db_field.name in self.key_fields:
            kwargs["form_class"] = KeyField
        elif db_field.name in self.name_fields:
            kwargs["form_class"] = NameField
        return super().formfield_for_dbfield(db_field, request, **kwargs)


Look = Callable[[type[Model], Collection[Any]], None]
_LOOKS: list[Look] = []


def register_look(note: Look) -> None:
    """Have this told which rows of which model somebody looks at, on a page of the admin or in a list."""
    _LOOKS.append(note)


class TeamModelAdmin(ChoosesByKeyMixin, NamesAdmin):
    """Rows of a team: a staff member who is no superuser sees those of their teams, in lists and in choices."""

    def render_change_form(
        self, request: Any, context: Any, add: bool = False, change: bool = False, form_url: str = "", obj: Any = None
    ) -> Any:
        """The page of a row; that it is looked at is told."""
        self._tell_of_look([obj.pk] if obj else [])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """A list; that the rows on it are looked at is told."""
        response: Any = super().changelist_view(request, extra_context)
        if shown := getattr(response, "context_data", {}).get("cl"):
            self._tell_of_look([row.pk for row in shown.result_list])
        return response

    def _tell_of_look(self, keys: Collection[Any]) -> None:
        for note in _LOOKS if keys else []:
            note(self.model, keys)

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Only what this person may see."""
        return self.model._default_manager.visible_to(request.user)  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer only what this person may see."""
        manager = db_field.related_model._default_manager
        if hasattr(manager, "visible_to"):
            kwargs["queryset"] = manager.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecordAdmin(TeamModelAdmin):
    """A record of what happened: looked at, never edited, added or deleted by hand."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
