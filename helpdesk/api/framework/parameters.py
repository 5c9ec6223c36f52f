"""Query parameters: which fields to show, what to expand, and which page."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from helpdesk.api.framework.fields import ExpandableField
from helpdesk.api.framework.pagination import DEFAULT_LIMIT, MOST
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.models import Scope, scope_of


class QuerySerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """The query parameters of an operation, each checked; unknown ones are refused."""


class NamesField(serializers.MultipleChoiceField):
    """Several of the choices, in repeated parameters or separated by commas."""

    def get_value(self, dictionary: Any) -> Any:
        """The names, in repeated parameters or separated by commas; ignores spaces around names and empty ones."""
        texts = dictionary.get(self.field_name, ())
        return [name.strip() for text in texts for name in text.split(",") if name.strip()] or empty

    def to_internal_value(self, data: Any) -> Any:
        """The names, in the requested order. Raises ValidationError."""
        chosen = super().to_internal_value(data)
        return [name for name in dict.fromkeys(data) if name in chosen]


class FieldsField(NamesField):
    """Which fields of the resource to show."""

    def __init__(self, serializer: type[ResourceSerializer]) -> None:
        super().__init__(
            choices=list(serializer().fields),
            required=False,
            help_text="The fields to show, repeated or separated by commas; the default is all.",
        )


class ExpandField(NamesField):
    """Which related objects to show; `scopes` holds the scope that a token needs for each."""

    def __init__(self, serializer: type[ResourceSerializer]) -> None:
        fields = serializer().fields.items()
        self.scopes = {
            name: scope_of(field.serializer.resource, Scope.READ)
            for name, field in fields
            if isinstance(field, ExpandableField)
        }
        needed = ", ".join(f"`{scope}` for `{name}`" for name, scope in self.scopes.items())
        super().__init__(
            choices=list(self.scopes),
            required=False,
            help_text="Related objects to show in full instead of as an ID, repeated or separated by commas. "
            f"A token also needs {needed}.",
        )


class PageQuery(QuerySerializer):
    """The parameters of a page: its cursor, and its length."""

    cursor = serializers.CharField(
        required=False,
        max_length=1000,
        help_text="Where the page begins. Take it from `next`, and keep the other parameters as they are.",
    )
    limit = serializers.IntegerField(
        default=DEFAULT_LIMIT, min_value=1, max_value=MOST, help_text="The maximum number of rows per page."
    )


def query_of(serializer: type[ResourceSerializer], base: type[QuerySerializer] = QuerySerializer) -> Any:
    """The query parameters of a resource: those of `base`, `fields`, and `expand` if anything can be expanded."""
    parameters: dict[str, Any] = {"fields": FieldsField(serializer)}
    expand = ExpandField(serializer)
    if expand.choices:
        parameters["expand"] = expand
    return type(f"{serializer.__name__}{base.__name__}", (base,), parameters)
