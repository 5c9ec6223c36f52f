"""What resources look like, and how strictly what is sent is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from helpdesk.api.pagination import DEFAULT_LIMIT, MOST
from helpdesk.api.problems import NO_ZONE


class UTCField(serializers.DateTimeField):
    """ISO 8601 in UTC, whatever zone is active."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class InstantField(serializers.DateTimeField):
    """A moment that is sent: whose zone was meant is not guessed."""

    default_error_messages: ClassVar[Any] = {
        NO_ZONE: _("Give the time a zone, as in 2026-03-10T12:00:00Z or 2026-03-10T09:00:00-03:00.")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment. Raises ValidationError where it has no zone, as a day alone has none."""
        if timezone.is_naive(value):
            self.fail(NO_ZONE)
        return super().enforce_timezone(value)


class SecondsField(serializers.Field):  # type: ignore[type-arg] # not a generic at run time
    """A time in whole seconds; null where there is none."""

    def __init__(self, help_text: str) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=help_text)

    def to_representation(self, value: timedelta) -> int:
        """Rounded."""
        return round(value.total_seconds())


class TextField(serializers.RegexField):
    """A text that can be stored and is not blank, unless it may be."""

    def __init__(self, *, allow_blank: bool = False, **kwargs: Any) -> None:
        regex = r"^[^\x00]*$" if allow_blank else r"^[^\x00]*\S[^\x00]*$"
        super().__init__(regex, allow_blank=allow_blank, **kwargs)


class ExpandableField(serializers.Field):  # type: ignore[type-arg] # not a generic at run time
    """The key of a related thing, or with `expand` the thing itself."""

    def __init__(self, serializer: type[ResourceSerializer], **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.serializer = serializer

    @property
    def is_expanded(self) -> bool:
        """Whether the request asks for the thing itself."""
        return self.field_name in self.context.get("expand", ())

    def get_attribute(self, instance: Any) -> Any:
        """The key, which the row has at hand, or the related row."""
        return getattr(instance, str(self.source) if self.is_expanded else f"{self.source}_id")

    def to_representation(self, value: Any) -> Any:
        """As the schema of the one or the other says."""
        return self.serializer(value).data if isinstance(value, models.Model) else value


class ResourceSerializer(serializers.ModelSerializer):  # type: ignore[type-arg] # not a generic at run time
    """A resource as it is shown; `fields` of the context takes less of it, `expand` more."""

    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UTCField,
    }
    serializer_choice_field = serializers.ChoiceField

    @property
    def given(self) -> dict[str, Any]:
        """What the view told, for a serializer that has a field named “context”."""
        told: dict[str, Any] = getattr(self.root, "_context", {})
        return told

    def get_fields(self) -> dict[str, Any]:
        """Those that are asked for."""
        fields: dict[str, Any] = super().get_fields()
        asked = self.given.get("fields") if self.parent is None or self.parent.parent is None else None
        return {name: field for name, field in fields.items() if name in asked} if asked else fields


# What JSON must have where a field of this kind is declared; DRF by itself would take "5" for 5, and 5 for "5".
JSON_TYPES: list[tuple[type[Any], type | tuple[type, ...]]] = [
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.ChoiceField, str),
    (serializers.CharField, str),
    (serializers.DateTimeField, str),
    (serializers.DateField, str),
]


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """A body: each value in the type that the schema names, and nothing that the schema does not.

    Where it `takes_one`, exactly one of its fields is to be there.
    """

    takes_one = False
    example: ClassVar[Any] = None
    default_error_messages: ClassVar[Any] = {
        "unknown": _("There is no such field."),
        "type": _("The value is not of the right type."),
        "one": _("Exactly one of the fields is needed."),
    }

    def to_internal_value(self, data: Any) -> Any:
        """The cleaned values. Raises ValidationError that names each field."""
        if isinstance(data, Mapping):
            errors = {name: [self._error("unknown")] for name in data if name not in self.fields}
            for name, field in self.fields.items():
                if not _has_its_type(field, data.get(name, empty)):
                    errors[name] = [self._error("type")]
            if self.takes_one and len(data) != 1:
                errors["non_field_errors"] = [self._error("one")]
            if errors:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

    def _error(self, code: str) -> serializers.ErrorDetail:
        return serializers.ErrorDetail(str(self.error_messages[code]), code=code)


def _has_its_type(field: Any, value: Any) -> bool:
    if value is empty or value is None:
        return True  # which is the field's own question
    if isinstance(field, serializers.ListField):
        return isinstance(value, list) and all(_has_its_type(field.child, each) for each in value)
    for kind, types in JSON_TYPES:
        if isinstance(field, kind):
            if kind is serializers.IntegerField and isinstance(value, float):
                return value.is_integer()
            return isinstance(value, types) and (kind is serializers.BooleanField or not isinstance(value, bool))
    return True


class WordField(serializers.ChoiceField):
    """A number of the database, which the API calls by a word."""

    def __init__(self, words: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(choices=list(words.values()), **kwargs)
        self.words, self.numbers = words, {word: number for number, word in words.items()}

    def to_representation(self, value: Any) -> Any:
        """The word."""
        return self.words[value]

    def to_internal_value(self, data: Any) -> Any:
        """The number."""
        return self.numbers[super().to_internal_value(data)]


class QuerySerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """The parameters of an address."""


class NamesField(serializers.MultipleChoiceField):
    """Several of the choices: in a parameter each, or in one with commas between them."""

    def get_value(self, dictionary: Any) -> Any:
        """The names, however they were sent."""
        texts = dictionary.get(self.field_name, ())
        return [name for text in texts if text for name in text.split(",")] or empty

    def to_internal_value(self, data: Any) -> Any:
        """In the order that was asked for."""
        chosen = super().to_internal_value(data)
        return [name for name in dict.fromkeys(data) if name in chosen]


class FieldsField(NamesField):
    """Which fields of the resource to show."""

    def __init__(self, serializer: type[ResourceSerializer]) -> None:
        super().__init__(
            choices=list(serializer().fields),
            required=False,
            help_text="Only these fields, repeated or with commas between them; all without it.",
        )


class ExpandField(NamesField):
    """Which related things to show whole."""

    def __init__(self, serializer: type[ResourceSerializer]) -> None:
        fields = serializer().fields.items()
        super().__init__(
            choices=[name for name, field in fields if isinstance(field, ExpandableField)],
            required=False,
            help_text="Related things to show whole instead of by their key, repeated or with commas between them.",
        )


class PageQuery(QuerySerializer):
    """Which page, and how long."""

    cursor = serializers.CharField(
        required=False,
        max_length=1000,
        help_text="Where the page begins. Take it from `next`, and change nothing else on the way.",
    )
    limit = serializers.IntegerField(
        default=DEFAULT_LIMIT, min_value=1, max_value=MOST, help_text="How many things a page has at most."
    )


def query_of(serializer: type[ResourceSerializer], base: type[QuerySerializer] = QuerySerializer) -> Any:
    """The parameters of a resource: those of `base`, how much to show, and what to expand where something can be."""
    parameters: dict[str, Any] = {"fields": FieldsField(serializer)}
    expand = ExpandField(serializer)
    if expand.choices:
        parameters["expand"] = expand
    return type(f"{serializer.__name__}{base.__name__}", (base,), parameters)
