"""What a token may do, resource by resource."""

from itertools import product

import pytest

from helpdesk.api.framework.schema import TAGS, make_schema
from helpdesk.api.models import ALL_SCOPES, RESOURCES
from tests.api.scopes import token_of
from tests.factories import source_of
from tests.webhooks.sender import deliver, learner_help

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]
READ = {  # an address of each resource that a reader asks for
    "tickets": "tickets",
    "tags": "tags",
    "saved-views": "saved-views",
    "canned-replies": "canned-replies",
    "first-replies": "first-replies",
    "learners": "learners",
    "courses": "courses",
    "team": "team",
    "sources": "sources",
    "reports": "reports/summary",
}


def test_every_resource_of_the_schema_has_its_scopes():
    assert list(RESOURCES) == list(TAGS)
    assert {resource.replace(" ", "-") for resource in RESOURCES} == set(READ)


def test_each_scope_opens_only_its_own_resource(team):
    for scope in READ:
        api = token_of(team, f"{scope}:read")
        for resource, address in READ.items():
            response = api.get(address)
            if resource == scope:
                assert response.status_code == 200
            else:
                assert response.status_code == 403
                assert response["Content-Type"] == "application/problem+json"
                assert response.json()["scope"] == f"{resource}:read"
                assert f"{resource}:read" in response.json()["detail"]


def test_reading_and_writing_are_separate_scopes(team, ticket):
    reader, writer = token_of(team, "tickets:read"), token_of(team, "tickets:write")
    refused = reader.patch(f"tickets/{ticket.number}", {"priority": "high"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "tickets:write")
    assert writer.patch(f"tickets/{ticket.number}", {"priority": "high"}).status_code == 200
    assert writer.get("tickets").json()["scope"] == "tickets:read"
    ticket.refresh_from_db()
    assert ticket.get_priority_display() == "High"


@pytest.mark.parametrize(
    ("expand", "scope"),
    [
        ("learner", "learners:read"),
        ("course", "courses:read"),
        ("lesson", "courses:read"),
        ("producer", "courses:read"),
        ("assignee", "team:read"),
        ("learner,assignee", "team:read"),
    ],
)
def test_expanding_a_resource_needs_the_scope_to_read_it(team, ticket, expand, scope):
    others = [known for known in ALL_SCOPES if ":" in known and known != scope]
    api = token_of(team, *others)
    for address in ("tickets", f"tickets/{ticket.number}", "tickets/changes"):
        refused = api.get(address, {"expand": expand})
        assert (refused.status_code, refused.json()["scope"]) == (403, scope)
        assert ticket.learner.email not in refused.text
        assert api.get(address).status_code == 200
        assert token_of(team, *others, scope).get(address, {"expand": expand}).status_code == 200
    before = ticket.version
    assert api.patch(f"tickets/{ticket.number}?expand={expand}", {"priority": "high"}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.version == before
    assert token_of(team, "read").get("tickets", {"expand": expand}).status_code == 200


def test_other_resources_follow_the_same_rule(team, ticket):
    for scope, address, expand, missing in [
        ("tickets:read", f"tickets/{ticket.number}/events", "actor", "team:read"),
        ("saved-views:read", "saved-views", "owner", "team:read"),
        ("canned-replies:read", "canned-replies", "course", "courses:read"),
        ("learners:read", f"learners/{ticket.learner_id}/activities", "course", "courses:read"),
    ]:
        refused = token_of(team, scope).get(address, {"expand": expand})
        assert (refused.status_code, refused.json()["scope"]) == (403, missing)
    assert token_of(team, "courses:read").get("courses", {"expand": "producer"}).status_code == 200


def test_the_body_of_a_delivery_needs_the_scope_to_read_learners(team, client):
    source = source_of(team)
    deliver(client, source, learner_help())
    path = f"sources/{source.pk}/deliveries"
    api = token_of(team, "sources:read")
    (listed,) = api.get(path).json()["results"]
    assert "body" not in listed
    refused = api.get(f"{path}/{listed['id']}")
    assert (refused.status_code, refused.json()["scope"]) == (403, "learners:read")
    assert "body" in token_of(team, "sources:read", "learners:read").get(f"{path}/{listed['id']}").json()


def test_the_preview_of_a_first_reply_needs_the_scope_to_read_tickets(team, ticket):
    body = {"body": "Oi, {first_name}! " + "Recebemos seu pedido de ajuda. " * 10 + "O que aconteceu?"}
    refused = token_of(team, "first-replies:write").post("first-replies/preview", body)
    assert (refused.status_code, refused.json()["scope"]) == (403, "tickets:read")
    shown = token_of(team, "first-replies:write", "tickets:read").post("first-replies/preview", body)
    assert shown.json()["preview"]["ticket"] == ticket.number
    assert token_of(team, "first-replies:write").post("first-replies", body).status_code == 201


def test_write_scopes_of_other_resources_do_not_allow_writing(team, ticket):
    api = token_of(team, *(scope for scope in ALL_SCOPES if ":" in scope and not scope.startswith("tickets")))
    for method, path in product(["PATCH", "GET"], [f"tickets/{ticket.number}"]):
        assert api.request(method, path, {"priority": "high"} if method == "PATCH" else None).status_code == 403
    assert api.post("tickets/bulk", {"tickets": [ticket.number], "priority": "high"}).status_code == 403


def test_older_tokens_keep_full_access(team, ticket):
    api = token_of(team, "read", "write")
    assert all(api.get(address).status_code == 200 for address in READ.values())
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}).status_code == 200


def test_no_scope_exceeds_a_managers_permissions(team):
    assert token_of(team, *ALL_SCOPES).get("team").json()["permissions"]
    assert "owner.manage" not in token_of(team, *ALL_SCOPES).get("team").json()["permissions"]


def test_the_schema_lists_the_scopes_of_each_operation():
    for path, methods in make_schema()["paths"].items():
        for method, spec in methods.items():
            scopes = spec["x-required-scopes"]
            assert scopes, (path, method)
            assert set(scopes) <= set(ALL_SCOPES)
            assert all(f"`{scope}`" in spec["description"] for scope in scopes)
    assert make_schema()["paths"]["/api/v1/tickets"]["get"]["x-required-scopes"] == ["tickets:read"]
    assert make_schema()["paths"]["/api/v1/tickets"]["post"]["x-required-scopes"] == ["tickets:write"]


def test_the_schema_lists_the_scopes_of_each_expansion():
    for methods in make_schema()["paths"].values():
        for spec in methods.values():
            (parameter,) = [known for known in spec.get("parameters", []) if known["name"] == "expand"] or [None]
            expansions = spec.get("x-expand-scopes", {})
            assert list(expansions) == (parameter["schema"]["items"]["enum"] if parameter else [])
            assert all(f"`{scope}` for `{name}`" in parameter["description"] for name, scope in expansions.items())
    assert make_schema()["paths"]["/api/v1/tickets"]["get"]["x-expand-scopes"] == {
        "learner": "learners:read",
        "course": "courses:read",
        "lesson": "courses:read",
        "producer": "courses:read",
        "assignee": "team:read",
    }
