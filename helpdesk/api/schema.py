"""The description of the API in OpenAPI 3.1, made from the code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema


class ApiSchema(AutoSchema):
    """Operations under the tag of their view."""

    def get_tags(self) -> list[str]:
        """The resource."""
        return [self.view.tag]  # type: ignore[attr-defined] # every view has one


def tidy(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Lists in a parameter are parted by commas; what only the library reads is left out."""
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                if parameter["schema"].get("type") == "array":
                    parameter |= {"style": "form", "explode": False}
    return cast("dict[str, Any]", _without(result, "x-spec-enum-id"))


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, key) for name, inner in value.items() if name != key}
    return [_without(inner, key) for inner in value] if isinstance(value, list) else value


@lru_cache(maxsize=1)
def make_schema() -> dict[str, Any]:
    """The whole description, in English whatever language is active."""
    with override("en"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # the library types little
    return schema


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The description, for anybody."""
    return JsonResponse(make_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
