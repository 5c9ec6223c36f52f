"""How the schema describes our own fields, serializers and credentials."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema

from helpdesk.api.framework.serializers import StrictSerializer


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes an API token."""

    target_class = "helpdesk.api.framework.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """An HTTP bearer token."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of your team: `Authorization: Bearer hdt_…`",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes a browser's session."""

    target_class = "helpdesk.api.framework.authentication.MemberAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The session cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A browser session. Changes need the header `X-CSRFToken`. If you belong to several teams, "
            "name one by its `slug` with the header `Helpdesk-Team` or with `?team=`.",
        }


class ExpandableExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes an expandable field."""

    target_class = "helpdesk.api.framework.fields.ExpandableField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """A primary key or the object; the field itself says whether it may be null."""
        expanded = auto_schema.resolve_serializer(self.target.serializer, direction).ref
        return {"oneOf": [{"type": "integer"}, expanded]}


class KeyOrNoneExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes a primary key or `none`."""

    target_class = "helpdesk.api.framework.fields.KeyOrNoneField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """In a body, either of the two; in a query, a string, so that generated clients can leave it out."""
        if isinstance(self.target.parent, StrictSerializer):
            return {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [self.target.NONE]}]}
        return {"type": "string", "pattern": f"^([1-9][0-9]*|{self.target.NONE})$"}


class NamesExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes a list of names separated by commas."""

    target_class = "helpdesk.api.framework.parameters.NamesField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """An array of these names."""
        return {"type": "array", "items": {"type": "string", "enum": list(self.target.choices)}}


class SecondsExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes a duration in seconds."""

    target_class = "helpdesk.api.framework.fields.SecondsField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """An integer; the field itself says that it may be null."""
        return {"type": "integer"}


class ResourceExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes resources: no field is required."""

    target_class = "helpdesk.api.framework.serializers.ResourceSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """The schema without `required`, because `fields` may leave out any field."""
        schema: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call] # the library types little
            self.target, direction, bypass_extensions=True
        )
        schema.pop("required", None)
        return schema


class StrictExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes strict bodies: unknown fields are rejected."""

    target_class = "helpdesk.api.framework.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """The schema with `additionalProperties: false`, the example, and the limit of one field if `takes_one`."""
        schema: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call] # the library types little
            self.target, direction, bypass_extensions=True
        )
        schema["additionalProperties"] = False
        if self.target.example is not None:
            schema["example"] = self.target.example
        return schema | {"minProperties": 1, "maxProperties": 1} if self.target.takes_one else schema
