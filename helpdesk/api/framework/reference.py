"""The API reference as a page, rendered from the schema on the server, without scripts."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from helpdesk.api.framework.problems import PROBLEMS, read_only
from helpdesk.api.framework.schema import make_schema

METHODS = ("get", "post", "put", "patch", "delete")
SAMPLES = {"number": "1042", "name": "vídeo", "source_id": "9f86d081884c7d65", "pk": "7", "id": "7"}


@dataclass(frozen=True)
class Row:
    """A parameter or a field: its name, type and meaning."""

    name: str
    kind: str
    text: SafeString
    is_required: bool = False
    model: str = ""


@dataclass(frozen=True)
class Operation:
    """A method of a URL."""

    id: str
    method: str
    path: str
    summary: str
    description: SafeString
    parameters: list[Row]
    body: list[Row]
    answer: Row
    statuses: list[tuple[str, str]]
    curl: str


@dataclass(frozen=True)
class Reference:
    """The whole page: operations by tag, models, problems."""

    groups: dict[str, list[Operation]]
    models: list[tuple[str, SafeString, list[Row]]]
    problems: list[tuple[int, str, str]] = field(
        default_factory=lambda: [(status, kind, title) for status, (kind, title) in PROBLEMS.items()]
    )


@read_only
def reference_page(request: HttpRequest) -> HttpResponse:
    """The reference, which is public."""
    return render(request, "api/docs.html", {"reference": make_reference(), "base": settings.BASE_URL})


@lru_cache(maxsize=1)
def make_reference() -> Reference:
    """The reference, made once per process, since the schema only changes with the code."""
    schema = make_schema()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                spec = methods[method]
                groups.setdefault(spec["tags"][0], []).append(_operation(schema, path, method, spec))
    bodies = {ref for operations in groups.values() for each in operations for ref in _models_of(each)}
    models = [
        (name, marked(model.get("description", "")), list(_rows(schema, model)))
        for name, model in sorted(schema["components"]["schemas"].items())
        if name in bodies or not name.endswith("Page")
    ]
    tickets_first = sorted(groups.items(), key=lambda group: group[0] != "tickets")
    return Reference(dict(tickets_first), models)


def marked(text: str) -> SafeString:
    """The text with paragraphs and `code` marked up."""
    paragraphs = (part.replace("\n", " ") for part in text.split("\n\n"))
    return format_html_join("", "<p>{}</p>", ((_with_code(paragraph),) for paragraph in paragraphs))


def _with_code(text: str) -> SafeString:
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>" if place % 2 else "{}", part),) for place, part in parts)
    )


def _models_of(operation: Operation) -> Iterator[str]:
    yield operation.answer.model
    for row in operation.body:
        yield row.model


def _operation(schema: dict[str, Any], path: str, method: str, spec: dict[str, Any]) -> Operation:
    content = spec.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _resolved(schema, content.get("schema", {}))
    success = next(code for code in spec["responses"] if code.startswith("2"))
    answered = spec["responses"][success].get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        id=spec["operationId"],
        method=method.upper(),
        path=path,
        summary=spec["summary"],
        description=marked(spec.get("description", "")),
        parameters=[
            Row(
                each["name"],
                _kind(schema, each["schema"]),
                _with_code(each.get("description", "")),
                each["in"] == "path",
            )
            for each in sorted(
                spec.get("parameters", []), key=lambda each: ("path", "query", "header").index(each["in"])
            )
        ],
        body=list(_rows(schema, body)),
        answer=Row(success, _kind(schema, answered) if answered else "nothing", SafeString(), model=_name(answered)),
        statuses=[(code, answer["description"]) for code, answer in spec["responses"].items() if code != success],
        curl=_curl(path, method, body.get("example")),
    )


def _rows(schema: dict[str, Any], model: dict[str, Any]) -> Iterator[Row]:
    required = model.get("required", [])
    for name, spec in model.get("properties", {}).items():
        yield Row(name, _kind(schema, spec), _with_code(spec.get("description", "")), name in required, _name(spec))


def _resolved(schema: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    name = _name(spec)
    found: dict[str, Any] = schema["components"]["schemas"][name] if name else spec
    return found


def _name(spec: dict[str, Any]) -> str:
    """The name of the model that the schema refers to, directly or as part of it; empty for plain values."""
    for each in [spec, spec.get("items", {}), *spec.get("oneOf", []), *spec.get("allOf", [])]:
        if "$ref" in each:
            return str(each["$ref"]).rpartition("/")[2]
    return ""


def _kind(schema: dict[str, Any], spec: dict[str, Any]) -> str:
    """The type in words."""
    if "$ref" in spec:
        return _name(spec)
    if "allOf" in spec:
        return _kind(schema, spec["allOf"][0])
    if "oneOf" in spec:
        return " or ".join(_kind(schema, each) for each in spec["oneOf"])
    if spec.get("type") == "array":
        return f"list of {_kind(schema, spec['items'])}"
    if "enum" in spec:
        return " | ".join(str(value) for value in spec["enum"] if value is not None)
    types = spec.get("type", "anything")
    words = " or ".join(types) if isinstance(types, list) else str(types)
    return f"{words}, {spec['format']}" if "format" in spec else words


def _curl(path: str, method: str, example: Any) -> str:
    for name, sample in SAMPLES.items():
        path = path.replace(f"{{{name}}}", sample)
    parts = ["curl", "-H 'Authorization: Bearer '$TOKEN"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    if method == "post":
        parts.append("-H 'Idempotency-Key: '$(uuidgen)")
    if example is not None:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(f"-d {shlex.quote(json.dumps(example, ensure_ascii=False))}")
    return " \\\n  ".join([*parts, shlex.quote(settings.BASE_URL + path)])
