"""The base serializers of resources and of request bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from helpdesk.api.framework.fields import KeyOrNoneField, UTCField


class ResourceSerializer(serializers.ModelSerializer):  # type: ignore[type-arg] # not a generic at run time
    """The representation of a resource. The context's `fields` leaves fields out, its `expand` includes related
    objects.

    `resource` names the scope that a token needs to see it expanded in another resource. `learner_key` is the path,
    such as `ticket.learner_id`, from a row to the primary key of the learner that it is about; what was read about
    learners is recorded.
    """

    resource: ClassVar[str]
    learner_key: ClassVar[str] = ""

    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UTCField,
    }
    serializer_choice_field = serializers.ChoiceField

    @property
    def serializer_context(self) -> dict[str, Any]:
        """DRF's `context`, even if the serializer has a field of that name."""
        context: dict[str, Any] = getattr(self.root, "_context", {})
        return context

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The fields of the row; notes whose data is shown (see audit/recording.py)."""
        learners_read: set[int] | None = self.serializer_context.get("learners_read")
        if self.learner_key and learners_read is not None:
            found = instance
            for name in self.learner_key.split("."):
                found = getattr(found, name, None)
            if found:
                learners_read.add(found)
        shown: dict[str, Any] = super().to_representation(instance)
        return shown

    def get_fields(self) -> dict[str, Any]:
        """The resource's fields; for the outermost resource only those in the context's `fields`, if set."""
        fields: dict[str, Any] = super().get_fields()
        asked = self.serializer_context.get("fields") if self.parent is None or self.parent.parent is None else None
        return {name: field for name, field in fields.items() if name in asked} if asked else fields


# The JSON type that each kind of field requires; DRF itself would accept "5" for 5, and 5 for "5".
JSON_TYPES: list[tuple[type[Any], type | tuple[type, ...]]] = [
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.ChoiceField, str),
    (serializers.CharField, str),
    (serializers.DateTimeField, str),
    (serializers.DateField, str),
]


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """A request body. Values must have the type that the schema names, and unknown fields are refused.

    If it `takes_one`, exactly one of its fields must be present. In a form, all values except files are texts.
    """

    takes_one = False
    example: ClassVar[Any] = None
    default_error_messages: ClassVar[Any] = {
        "unknown": _("Unknown field."),
        "type": _("The value is not of the right type."),
        "repeated": _("Send it only once."),
        "one": _("Send exactly one of these fields."),
        "null_body": _("The body may not be null."),
    }

    def run_validation(self, data: Any = empty) -> Any:
        """Validate as DRF does, but with a translated message for a null body."""
        if data is None and self.parent is None:
            raise serializers.ValidationError({"non_field_errors": [self._error("null_body", "null")]})
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """The cleaned values. Raises ValidationError by field."""
        if isinstance(data, Mapping) and (errors := self._errors_of_shape(data)):
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

    def _errors_of_shape(self, data: Mapping[str, Any]) -> dict[str, list[serializers.ErrorDetail]]:
        """Unknown fields, repeated ones in forms, wrong types in JSON, and not exactly one if `takes_one`; by field."""
        errors = {name: [self._error("unknown")] for name in data if name not in self.fields}
        for name, field in self.fields.items():
            if isinstance(data, MultiValueDict):  # a form
                is_fine, error = len(data.getlist(name)) < 2, "repeated"
            else:
                is_fine, error = _has_its_type(field, data.get(name, empty)), "type"
            if not is_fine:
                errors[name] = [self._error(error)]
        if self.takes_one and len(data) != 1:
            errors["non_field_errors"] = [self._error("one")]
        return errors

    def _error(self, message: str, code: str = "") -> serializers.ErrorDetail:
        return serializers.ErrorDetail(str(self.error_messages[message]), code=code or message)


def _has_its_type(field: Any, value: Any) -> bool:
    if value is empty or value is None:
        return True  # the field itself checks this
    if isinstance(field, serializers.ListField):
        return isinstance(value, list) and all(_has_its_type(field.child, each) for each in value)
    if isinstance(field, KeyOrNoneField) and value == field.NONE:
        return True
    for kind, types in JSON_TYPES:
        if isinstance(field, kind):
            if kind is serializers.IntegerField and isinstance(value, float):
                return value.is_integer()
            return isinstance(value, types) and (kind is serializers.BooleanField or not isinstance(value, bool))
    return True
