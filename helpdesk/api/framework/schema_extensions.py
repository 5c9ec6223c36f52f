"""How the schema describes our own kinds of fields, serializers and credentials."""

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
    """A browser in which somebody is logged in."""

    target_class = "helpdesk.api.framework.authentication.MemberAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The cookie of a session."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of a browser. Changes need the header `X-CSRFToken`. Whoever belongs to "
            "several teams names one by the header `Helpdesk-Team` or by `?team=`, with the part of its address.",
        }


class ExpandableExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """A key, or the thing itself."""

    target_class = "helpdesk.api.framework.fields.ExpandableField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """One of both; whether there may be none, the field says."""
        expanded = auto_schema.resolve_serializer(self.target.serializer, direction).ref
        return {"oneOf": [{"type": "integer"}, expanded]}


class KeyOrNoneExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """A key, or a word."""

    target_class = "helpdesk.api.framework.fields.KeyOrNoneField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """One of both; in an address a text, of which generators make what can be left out."""
        if isinstance(self.target.parent, StrictSerializer):
            return {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [self.target.NONE]}]}
        return {"type": "string", "pattern": f"^([1-9][0-9]*|{self.target.NONE})$"}


class NamesExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes a list of names with commas between."""

    target_class = "helpdesk.api.framework.parameters.NamesField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """Any of the names."""
        return {"type": "array", "items": {"type": "string", "enum": list(self.target.choices)}}


class SecondsExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself
    """How the schema describes a time in seconds."""

    target_class = "helpdesk.api.framework.fields.SecondsField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """An integer, or null."""
        return {"type": "integer"}


class ResourceExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # registers itself
    """What `fields` may take away is not required."""

    target_class = "helpdesk.api.framework.serializers.ResourceSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """The schema without `required`, since `fields` may leave out any."""
        schema: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call] # the library types little
            self.target, direction, bypass_extensions=True
        )
        schema.pop("required", None)
        return schema


class StrictExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # registers itself
    """A body with a field that is not described is refused."""

    target_class = "helpdesk.api.framework.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """With `additionalProperties: false`, the example, and how many fields it takes."""
        schema: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call] # the library types little
            self.target, direction, bypass_extensions=True
        )
        schema["additionalProperties"] = False
        if self.target.example is not None:
            schema["example"] = self.target.example
        return schema | {"minProperties": 1, "maxProperties": 1} if self.target.takes_one else schema
