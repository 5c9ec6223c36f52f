"""What a token may do, resource by resource, and from where."""

import json
from itertools import product

import pytest
from django.core.management import CommandError, call_command

from helpdesk.api.actions import create_token
from helpdesk.api.framework.schema import TAGS, make_schema
from helpdesk.api.models import ALL_SCOPES, RESOURCES, RateWindow, Token
from tests.api.client import Api
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


def token_of(team, *scopes, **more):
    return Api(create_token(team, "Planilha", scopes, **more)[1])


def test_every_resource_of_the_schema_has_its_scopes():
    assert list(RESOURCES) == list(TAGS)
    assert {resource.replace(" ", "-") for resource in RESOURCES} == set(READ)


def test_each_scope_opens_its_own_resource_alone(team):
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


def test_reading_is_not_writing_nor_the_other_way(team, ticket):
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
def test_what_is_expanded_takes_the_scope_to_read_it(team, ticket, expand, scope):
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


def test_other_resources_expand_by_the_same_rule(team, ticket):
    for scope, address, expand, missing in [
        ("tickets:read", f"tickets/{ticket.number}/events", "actor", "team:read"),
        ("saved-views:read", "saved-views", "owner", "team:read"),
        ("canned-replies:read", "canned-replies", "course", "courses:read"),
        ("learners:read", f"learners/{ticket.learner_id}/activities", "course", "courses:read"),
    ]:
        refused = token_of(team, scope).get(address, {"expand": expand})
        assert (refused.status_code, refused.json()["scope"]) == (403, missing)
    assert token_of(team, "courses:read").get("courses", {"expand": "producer"}).status_code == 200


def test_the_body_of_a_delivery_takes_the_scope_to_read_learners(team, client):
    source = source_of(team)
    deliver(client, source, learner_help())
    path = f"sources/{source.pk}/deliveries"
    api = token_of(team, "sources:read")
    (listed,) = api.get(path).json()["results"]
    assert "body" not in listed
    refused = api.get(f"{path}/{listed['id']}")
    assert (refused.status_code, refused.json()["scope"]) == (403, "learners:read")
    assert "body" in token_of(team, "sources:read", "learners:read").get(f"{path}/{listed['id']}").json()


def test_the_preview_of_a_first_reply_takes_the_scope_to_read_tickets(team, ticket):
    body = {"body": "Oi, {first_name}! " + "Recebemos seu pedido de ajuda. " * 10 + "O que aconteceu?"}
    refused = token_of(team, "first-replies:write").post("first-replies/preview", body)
    assert (refused.status_code, refused.json()["scope"]) == (403, "tickets:read")
    shown = token_of(team, "first-replies:write", "tickets:read").post("first-replies/preview", body)
    assert shown.json()["preview"]["ticket"] == ticket.number
    assert token_of(team, "first-replies:write").post("first-replies", body).status_code == 201


def test_a_write_of_another_resource_opens_no_write(team, ticket):
    api = token_of(team, *(scope for scope in ALL_SCOPES if ":" in scope and not scope.startswith("tickets")))
    for method, path in product(["PATCH", "GET"], [f"tickets/{ticket.number}"]):
        assert api.request(method, path, {"priority": "high"} if method == "PATCH" else None).status_code == 403
    assert api.post("tickets/bulk", {"tickets": [ticket.number], "priority": "high"}).status_code == 403


def test_tokens_of_before_keep_all(team, ticket):
    api = token_of(team, "read", "write")
    assert all(api.get(address).status_code == 200 for address in READ.values())
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}).status_code == 200


def test_no_scope_of_a_token_is_more_than_a_manager_may(team):
    assert token_of(team, *ALL_SCOPES).get("team").json()["permissions"]
    assert "owner.manage" not in token_of(team, *ALL_SCOPES).get("team").json()["permissions"]


def test_the_schema_says_which_scope_each_operation_takes():
    for path, methods in make_schema()["paths"].items():
        for method, spec in methods.items():
            scopes = spec["x-required-scopes"]
            assert scopes, (path, method)
            assert set(scopes) <= set(ALL_SCOPES)
            assert all(f"`{scope}`" in spec["description"] for scope in scopes)
    assert make_schema()["paths"]["/api/v1/tickets"]["get"]["x-required-scopes"] == ["tickets:read"]
    assert make_schema()["paths"]["/api/v1/tickets"]["post"]["x-required-scopes"] == ["tickets:write"]


def test_the_schema_says_what_each_expansion_takes():
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


class TestNetworks:
    @pytest.mark.parametrize(
        ("networks", "address", "status"),
        [
            (["203.0.113.0/24"], "203.0.113.9", 200),
            (["203.0.113.0/24"], "203.0.114.9", 403),
            (["203.0.113.9/32", "2001:db8::/32"], "2001:db8:1::7", 200),
            (["2001:db8::7/128"], "2001:db8::7", 200),
            (["2001:db8::7/128"], "2001:db8::8", 403),
            (["203.0.113.0/24"], "::ffff:203.0.113.9", 200),
            (["0.0.0.0/0"], "2001:db8::7", 403),
            (None, "198.51.100.1", 200),
        ],
    )
    def test_from_these_alone(self, team, networks, address, status):
        api = token_of(team, "read", networks=networks)
        api.client.defaults["REMOTE_ADDR"] = address
        response = api.get("tickets")
        assert response.status_code == status
        token = Token.objects.get()
        if status == 403:
            assert address.removeprefix("::ffff:") in response.json()["detail"]
            assert (token.last_used_at, token.last_used_from) == (None, None)
        else:
            assert token.last_used_from == address.removeprefix("::ffff:")

    def test_a_header_says_nothing_without_a_trusted_proxy(self, team, settings):
        api = token_of(team, "read", networks=["203.0.113.0/24"])
        api.client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
        assert api.get("tickets").status_code == 403
        settings.TRUSTED_PROXIES = 1
        assert api.get("tickets").status_code == 200
        api.client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9, 198.51.100.1"
        assert api.get("tickets").status_code == 403

    @pytest.mark.parametrize(
        ("proxies", "forwarded"), [(1, ""), (1, "nonsense"), (1, "203.0.113.9,"), (2, "203.0.113.9"), (1, "unknown")]
    )
    @pytest.mark.parametrize("networks", [["10.0.0.0/8"], ["0.0.0.0/0"]])
    def test_whom_the_proxies_do_not_name_it_is_closed_to(self, team, settings, proxies, forwarded, networks):
        settings.TRUSTED_PROXIES = proxies
        for api in (near := token_of(team, "read", networks=networks), anywhere := token_of(team, "read")):
            api.client.defaults |= {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
        refused = near.get("tickets")
        assert refused.status_code == 403
        assert "the proxy does not say yours" in refused.json()["detail"]
        assert anywhere.get("tickets").status_code == 200
        assert set(Token.objects.values_list("last_used_from", flat=True)) == {None}

    @pytest.mark.parametrize(
        "forwarded", ["203.0.113.9:4711", "[2001:db8::9]:4711", "[2001:db8::9]", "2001:db8::9", "::ffff:203.0.113.9"]
    )
    def test_a_proxy_may_say_the_port_too(self, team, settings, forwarded):
        settings.TRUSTED_PROXIES = 1
        api = token_of(team, "read", networks=["203.0.113.0/24", "2001:db8::/64"])
        api.client.defaults["HTTP_X_FORWARDED_FOR"] = forwarded
        assert api.get("tickets").status_code == 200
        assert Token.objects.get().last_used_from in {"203.0.113.9", "2001:db8::9"}

    def test_a_refused_call_uses_up_nothing_of_the_team(self, team, settings):
        settings.API_RATE_PER_MINUTE = settings.API_RATE_PER_MINUTE_OF_TEAM = 1
        api = token_of(team, "read", networks=["203.0.113.0/24"])
        assert [api.get("tickets").status_code for _again in range(3)] == [403, 403, 403]
        assert not RateWindow.objects.exists()
        api.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
        assert api.get("tickets").status_code == 200
        assert dict(RateWindow.objects.values_list("client", "requests")) == {
            f"token:{Token.objects.get().pk}": 1,
            f"team:{team.pk}": 1,
        }

    def test_a_wrong_secret_learns_nothing_of_them(self, team):
        token_of(team, "read", networks=["203.0.113.0/24"])
        assert Api("hdt_" + "x" * 43).get("tickets").status_code == 401


class TestPage:
    def test_parts_and_networks_are_chosen_and_shown(self, page):
        page.post(
            "/t/escola/tokens/new/",
            {
                "name": "CRM",
                "reach": "parts",
                "scope-tickets": "write",
                "scope-learners": "read",
                "networks": "203.0.113.7/24, 2001:DB8::1\n203.0.113.0/24",
                "days": "",
            },
        )
        token = Token.objects.get()
        assert token.scopes == ["tickets:read", "tickets:write", "learners:read"]
        assert token.networks == ["203.0.113.0/24", "2001:db8::1/128"]
        text = page.get("/t/escola/tokens/").text
        assert "Learners: read" in text
        assert "only from 203.0.113.0/24, 2001:db8::1/128" in text

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::ffff:203.0.113.9", "203.0.113.9/32"),
            ("::FFFF:cb00:7109", "203.0.113.9/32"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::/0", "::/0"),
        ],
    )
    def test_ipv4_written_as_ipv6_is_kept_as_what_it_is(self, page, typed, kept):
        page.post("/t/escola/tokens/new/", {"name": "CRM", "reach": "read", "networks": typed, "days": ""})
        assert Token.objects.get().networks == [kept]

    def test_when_and_from_where_it_was_used_last(self, page, team):
        api = token_of(team, "read")
        api.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
        api.get("tickets")
        assert "from 203.0.113.9" in page.get("/t/escola/tokens/").text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"reach": "parts"},
            {"reach": "everything"},
            {"reach": ""},
            {"reach": "parts", "scope-tickets": "admin"},
            {"networks": "203.0.113.300"},
            {"networks": "example.com"},
            {"networks": "fe80::1%eth0"},
            {"networks": "203.0.113.0/33"},
            {"networks": "\0"},
            {"networks": " ".join(f"10.0.0.{number}" for number in range(51))},
            {"networks": "1" * 5000},
        ],
    )
    def test_what_does_not_fit_is_said_and_loses_nothing_typed(self, page, wrong):
        data = {"name": "CRM", "reach": "read", "days": "90"} | wrong
        response = page.post("/t/escola/tokens/new/", data)
        assert response.status_code == 422
        assert 'value="CRM"' in response.text
        assert not Token.objects.exists()


def test_the_command_takes_them_too(team, capsys):
    options = {"team": "escola", "name": "CRM"}
    call_command("create_token", **options, scopes="tickets:read,learners:read", networks="203.0.113.0/24")
    said = json.loads(capsys.readouterr().out)
    assert (said["scopes"], said["networks"]) == (["tickets:read", "learners:read"], ["203.0.113.0/24"])
    for wrong in ({"scopes": "tickets:admin"}, {"scopes": "tickets"}, {"networks": "nowhere"}):
        with pytest.raises(CommandError):
            call_command("create_token", **(options | wrong))
