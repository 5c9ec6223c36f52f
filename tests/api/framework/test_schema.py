"""The schema is in step with the code, everything is described, and the reference shows all of it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.urls import get_resolver

from helpdesk.api.framework import schema as schema_module
from helpdesk.api.framework.schema import make_schema
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.ticket_filter import FILTERS
from helpdesk.inbox.filters import TicketFilter
from tests.addresses import patterns
from tests.factories import open_ticket

METHODS = ("get", "post", "put", "patch", "delete")


def test_the_schema_is_valid_and_generated_without_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))


def test_every_method_of_every_address_is_described():
    views = {
        (pattern.callback.cls, method)
        for route, pattern in patterns(get_resolver())
        if route.startswith("api/") and issubclass(getattr(pattern.callback, "cls", object), TeamView)
        for method in METHODS
        if hasattr(pattern.callback.cls, method)
    }
    operations = [told for path in make_schema()["paths"].values() for told in path.values()]
    assert len(operations) == len(views) > 40
    assert len({told["operationId"] for told in operations}) == len(operations)


def test_every_parameter_and_field_has_a_description():
    schema = make_schema()
    lacking: list[tuple[str, ...]] = [
        (path, method, parameter["name"])
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
        for parameter in told.get("parameters", [])
        if parameter["in"] != "path" and not parameter.get("description")
    ]
    for name, model in schema["components"]["schemas"].items():
        lacking += [(name, field) for field, told in model.get("properties", {}).items() if not told.get("description")]
        if not model.get("description"):
            lacking.append((name,))
    assert [each for each in lacking if not each[0].endswith("Page")] == []


def bodies(kind=StrictSerializer):
    for each in kind.__subclasses__():
        yield each
        yield from bodies(each)


EXAMPLES = sorted({each for each in bodies() if each.example is not None}, key=lambda body: body.__name__)


@pytest.mark.parametrize("body", EXAMPLES, ids=lambda body: body.__name__)
def test_every_example_is_valid(body):
    serializer = body(data=body.example)
    assert serializer.is_valid(), serializer.errors


def test_every_body_has_an_example():
    schema = make_schema()
    contents = [
        told["requestBody"]["content"]
        for path in schema["paths"].values()
        for told in path.values()
        if "requestBody" in told
    ]
    named = {
        content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for content in contents
        if "application/json" in content
    }
    assert named == {each.__name__ for each in EXAMPLES}
    (form,) = [content for content in contents if "application/json" not in content]
    name = form["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
    parts = schema["components"]["schemas"][name]["properties"]
    assert (parts["ticket"]["type"], parts["file"]["format"]) == ("integer", "binary")


def operations():
    return {told["operationId"]: told for path in make_schema()["paths"].values() for told in path.values()}


def test_the_schema_contains_the_address_of_the_api(settings):
    assert make_schema()["servers"] == [{"url": settings.BASE_URL}]
    told = {tag for each in operations().values() for tag in each["tags"]}
    assert {tag["name"] for tag in make_schema()["tags"]} == told


@pytest.mark.parametrize(
    ("name", "status", "headers"),
    [
        ("create_ticket", "201", {"ETag", "Location", "Idempotent-Replayed"}),
        ("create_saved_view", "201", {"Location", "Idempotent-Replayed"}),
        ("add_note", "201", {"ETag", "Idempotent-Replayed"}),
        ("get_ticket", "200", {"ETag"}),
        ("change_ticket", "200", {"ETag"}),
        ("change_tickets", "202", {"Location", "Retry-After"}),
        ("list_tickets", "429", {"Retry-After", "RateLimit-Reset"}),
        ("list_tickets", "503", {"Retry-After"}),
        ("create_ticket", "409", {"Retry-After"}),
        ("delete_saved_view", "409", {"Retry-After"}),
        ("get_ticket", "401", {"WWW-Authenticate"}),
    ],
)
def test_every_important_header_is_described(name, status, headers):
    assert headers <= set(operations()[name]["responses"][status]["headers"])


@pytest.mark.django_db
def test_the_body_of_a_412_is_described(api, team):
    ticket = open_ticket(team)
    api.patch(f"tickets/{ticket.number}", {"priority": "high"})
    told = api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match='"1"').json()
    answer = operations()["change_ticket"]["responses"]["412"]["content"]["application/problem+json"]["schema"]
    models = make_schema()["components"]["schemas"]
    model = models[answer["$ref"].rpartition("/")[2]]
    assert set(told) == set(model["required"]) == set(model["properties"]) - {"errors"}
    change = models[model["properties"]["changes"]["items"]["$ref"].rpartition("/")[2]]
    assert set(told["changes"][0]) == set(change["properties"])


def test_a_text_that_may_be_empty_has_one_type():
    models = make_schema()["components"]["schemas"]
    for model, field in [("NewLearner", "name"), ("NewSavedView", "query"), ("LearnerChange", "phone")]:
        told = models[model]["properties"][field]
        assert told["type"] == "string"
        assert re.search(told["pattern"], "")
        assert "oneOf" not in told


def test_a_list_parameter_is_described_as_clients_send_it_by_default():
    (fields,) = [each for each in operations()["list_tickets"]["parameters"] if each["name"] == "fields"]
    assert fields["schema"]["type"] == "array"
    assert fields.get("explode", True)


def test_a_parameter_has_one_type_and_can_be_omitted():
    """What is one of several, the Java client of openapi-generator cannot leave out: it fails on what is null."""
    operations = [told for path in make_schema()["paths"].values() for told in path.values()]
    schemas = {each["name"]: each["schema"] for told in operations for each in told.get("parameters", [])}
    assert [name for name, told in schemas.items() if {"oneOf", "anyOf", "allOf", "$ref"} & set(told)] == []
    assert all(re.fullmatch(schemas["course"]["pattern"], text) for text in ("7", "none"))
    assert not re.fullmatch(schemas["lesson"]["pattern"], "0")


@pytest.mark.django_db
def test_the_filters_match_those_of_the_inbox(team):
    assert set(FILTERS) == set(TicketFilter(QueryDict(), team).fields) - {"sort"}  # here it is `ordering`


@pytest.mark.django_db
def test_schema_and_reference_are_public_and_in_english(client):
    assert client.get("/api/v1/schema").json()["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs", headers={"accept-language": "pt-BR"}).text
    for operation in ("list_tickets", "change_tickets", "replay_delivery"):
        assert f'id="{operation}"' in page
    assert "The status of the ticket." in page
    assert client.post("/api/v1/schema").status_code == 405


def test_concurrent_first_requests_generate_the_schema_once(monkeypatch):
    made: list[int] = []

    class Slow:
        def get_schema(self, **options):
            made.append(1)
            time.sleep(0.1)
            return {"paths": {}}

    monkeypatch.setattr(schema_module, "SchemaGenerator", Slow)
    schema_module._make_schema.cache_clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            schemas = [told.result() for told in [pool.submit(make_schema) for _ in range(4)]]
    finally:
        schema_module._make_schema.cache_clear()
    assert (schemas, made) == ([{"paths": {}}] * 4, [1])
